using System.Net;
using System.Net.Http.Json;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.SignIn.Methods;

/// <summary>A browser behind a proxy that names its user on every request. Keeps cookies, follows no redirects.</summary>
internal sealed class ProxiedBrowser(TestApp app, string? user, string from = "127.0.0.1", params (string Name, string Value)[] headers) : IDisposable
{
    private readonly HttpClient http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        CookieContainer = new CookieContainer(),
        ConnectCallback = TestApp.ConnectFrom(from),
        RequestHeaderEncodingSelector = (_, _) => System.Text.Encoding.UTF8,
    })
    { BaseAddress = app.BaseAddress };

    /// <summary>Whom the proxy names; null: nobody.</summary>
    public string? User { get; set; } = user;

    public async Task<Answer> GetAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
        foreach (var (name, value) in User is null ? headers : [.. headers, ("X-Remote-User", User)])
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await http.SendAsync(request);
        return await Answer.ReadAsync(response);
    }

    public void Dispose() => http.Dispose();
}

/// <summary>Tokens by <c>POST /auth/bootstrap</c>.</summary>
internal static class Bootstrapping
{
    extension(TestApp app)
    {
        public Task<Answer> BootstrapAsync(string method, string from, params (string Name, string Value)[] headers) => app.BootstrapAsync(new { method }, from, headers);

        public async Task<Answer> BootstrapAsync(object body, string from, params (string Name, string Value)[] headers)
        {
            using var http = new HttpClient(new SocketsHttpHandler
            {
                UseCookies = false,
                ConnectCallback = TestApp.ConnectFrom(from),
                RequestHeaderEncodingSelector = (_, _) => System.Text.Encoding.UTF8,
            });
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(app.BaseAddress, "/api/v1/auth/bootstrap")) { Content = JsonContent.Create(body) };
            foreach (var (name, value) in headers)
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }

            using var response = await http.SendAsync(request);
            return await Answer.ReadAsync(response);
        }
    }
}
