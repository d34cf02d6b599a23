using System.Net.Http.Json;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.SignIn.Methods;

/// <summary>Tokens by <c>POST /auth/bootstrap</c>.</summary>
internal static class Bootstrapping
{
    extension(TestApp app)
    {
        public Task<Answer> BootstrapAsync(string method, string from, params (string Name, string Value)[] headers) => app.BootstrapAsync(new { method }, from, headers);

        public async Task<Answer> BootstrapAsync(object body, string from, params (string Name, string Value)[] headers)
        {
            using var http = app.NewClient(from);
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/api/v1/auth/bootstrap", UriKind.Relative)) { Content = JsonContent.Create(body) };
            foreach (var (name, value) in headers)
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }

            using var response = await http.SendAsync(request);
            return await Answer.ReadAsync(response);
        }
    }
}
