using System.Net;
using System.Text.RegularExpressions;

namespace WebApp.Tests.Support;

/// <summary>A browser without a window: keeps cookies, sends forms with their antiforgery token, follows no redirects.</summary>
public sealed partial class Visitor(TestApp app) : IDisposable
{
    private readonly HttpClient http = app.NewClient();

    /// <summary>The cookies it holds, by name. A site at another port of the same host gets them too, as in a browser.</summary>
    public Dictionary<string, string> Cookies { get; } = [];

    /// <summary>The token of the last page seen with a form.</summary>
    public string Token { get; set; } = "";

    /// <summary>Signs in by password.</summary>
    public async Task SignInAsync(TestUser user)
    {
        using var page = await GetAsync("/login");
        using var answer = await PostAsync("/login", ("Email", user.Email), ("Password", user.Password));
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Redirect));
        if (answer.Headers.Location!.OriginalString == "/account")
        {
            using var home = await GetAsync("/account");
        }
    }

    /// <summary>Loads a page and remembers its form's token.</summary>
    public async Task<HttpResponseMessage> GetAsync(string path)
    {
        var response = await SendAsync(new(HttpMethod.Get, path));
        if (TokenField().Match(await response.Content.ReadAsStringAsync()) is { Success: true } field)
        {
            Token = field.Groups[1].Value;
        }

        return response;
    }

    /// <summary>Sends a form, with the token.</summary>
    public Task<HttpResponseMessage> PostAsync(string path, params (string Name, string? Value)[] fields) => SendAsync(Form(path, fields));

    /// <summary>Sends a form to another application in this one's name.</summary>
    public Task<HttpResponseMessage> PostToAsync(TestApp other, string path, params (string Name, string? Value)[] fields) =>
        SendAsync(Form(new Uri(other.BaseAddress, path).ToString(), fields));

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    /// <summary>Sends anything, with the cookies, and keeps those that come back.</summary>
    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request)
    {
        request.Headers.TryAddWithoutValidation("Cookie", string.Join("; ", Cookies.Select(cookie => $"{cookie.Key}={cookie.Value}")));
        var response = await http.SendAsync(request);
        foreach (var cookie in response.Headers.TryGetValues("Set-Cookie", out var set) ? set : [])
        {
            var pair = cookie.Split(';')[0].Split('=', 2);
            lock (Cookies)
            {
                if (pair[1].Length > 0)
                {
                    Cookies[pair[0]] = pair[1];
                }
                else
                {
                    Cookies.Remove(pair[0]);
                }
            }
        }

        return response;
    }

    /// <summary>A form, with the token.</summary>
    public HttpRequestMessage Form(string path, params (string Name, string? Value)[] fields) => new(HttpMethod.Post, path)
    {
        Content = new FormUrlEncodedContent([KeyValuePair.Create("__RequestVerificationToken", Token), .. fields.Select(f => KeyValuePair.Create(f.Name, f.Value ?? ""))]),
    };

    [GeneratedRegex("""name="__RequestVerificationToken" type="hidden" value="([^"]+)""")]
    private static partial Regex TokenField();
}
