using System.Net;
using WebApp.Tests.Support;

namespace WebApp.Tests.Platform.Http;

/// <summary>Scripts of other sites: those on the list may use the API without cookies, all others and everything else may not.</summary>
public sealed class CrossOriginTests() : OwnApp("Cors:AllowedOrigins=https://app.example.org, http://localhost:3000")
{
    private const string Allowed = "https://app.example.org";

    [TestCase("/api/v1/auth/login", "POST")]
    [TestCase("/api/v1/me", "GET")]
    [TestCase("/api/v1/admin/users/019a9f7e-3c1d-7b52-9a40-5d2f6c8e1b73", "DELETE")]
    [TestCase("/.well-known/change-password", "GET")]
    [TestCase("/connect/token", "POST")]
    [TestCase("/connect/userinfo", "GET")]
    [TestCase("/connect/revoke", "POST")]
    public async Task A_preflight_of_an_allowed_site_is_answered_without_credentials(string path, string method)
    {
        using var answer = await SendAsync(HttpMethod.Options, path, Allowed, ("Access-Control-Request-Method", method), ("Access-Control-Request-Headers", "authorization,content-type"));
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.NoContent));
        Assert.That(Header(answer, "Access-Control-Allow-Origin"), Is.EqualTo(Allowed));
        Assert.That(Header(answer, "Access-Control-Allow-Methods"), Does.Contain(method));
        Assert.That(Header(answer, "Access-Control-Allow-Headers"), Does.Contain("authorization"));
        Assert.That(Header(answer, "Access-Control-Allow-Credentials"), Is.Null);
        Assert.That(Header(answer, "Vary"), Does.Contain("Origin"));
    }

    [Test]
    public async Task An_error_can_be_read_with_the_headers_that_a_client_needs()
    {
        using var answer = await SendAsync(HttpMethod.Get, "/api/v1/me", Allowed);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
        Assert.That(Header(answer, "Access-Control-Allow-Origin"), Is.EqualTo(Allowed));
        Assert.That(Header(answer, "Access-Control-Expose-Headers"), Does.Contain("WWW-Authenticate").And.Contain("Retry-After").And.Contain("Link").And.Contain("X-Total-Count"));
    }

    [TestCase("/api/v1/me", "https://evil.example")]
    [TestCase("/api/v1/me", "https://app.example.org.evil.example")]
    [TestCase("/api/v1/me", "null")]
    [TestCase("/login", Allowed)]
    [TestCase("/account", Allowed)]
    [TestCase("/connect/authorize", Allowed)]
    [TestCase("/connect/logout", Allowed)]
    [TestCase("/connect/introspect", Allowed)]
    public async Task Other_sites_and_pages_get_nothing(string path, string origin)
    {
        using var answer = await SendAsync(HttpMethod.Get, path, origin);
        Assert.That(Header(answer, "Access-Control-Allow-Origin"), Is.Null);
        using var preflight = await SendAsync(HttpMethod.Options, path, origin, ("Access-Control-Request-Method", "POST"));
        Assert.That(Header(preflight, "Access-Control-Allow-Origin"), Is.Null);
    }

    [Test]
    public async Task Without_the_setting_nobody_gets_anything()
    {
        using var http = TestApp.Shared.NewClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/me");
        request.Headers.Add("Origin", Allowed);
        using var answer = await http.SendAsync(request);
        Assert.That(Header(answer, "Access-Control-Allow-Origin"), Is.Null);
    }

    [TestCase("*")]
    [TestCase("https://app.example.org/path")]
    [TestCase("app.example.org")]
    [TestCase("https://*.example.org/")]
    public void A_wrong_origin_stops_the_start(string origin) => Assert.That(
        async () => await TestApp.StartAsync("Host=unused", null, $"Cors:AllowedOrigins={origin}"), Throws.Exception.With.Message.Contains("Cors:AllowedOrigins"));

    [Test]
    public async Task Password_managers_find_the_page()
    {
        using var http = App.NewClient();
        using var answer = await http.GetAsync("/.well-known/change-password");
        Assert.That((answer.StatusCode, answer.Headers.Location?.OriginalString), Is.EqualTo((HttpStatusCode.Found, "/account/password")));
    }

    [TestCase("/css/site.css", true)]
    [TestCase("/js/auth-client.js", true)]
    [TestCase("/icons.svg", true)]
    [TestCase("/openapi/v1.json", true)]
    [TestCase("/login", false)]
    [TestCase("/api/v1/password/policy", false)]
    [TestCase("/dev/mailbox.json", false)]
    public async Task Files_and_the_document_are_compressed_and_nothing_else(string path, bool isCompressed)
    {
        using var http = App.NewClient();
        foreach (var encoding in new[] { "br", "gzip" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.Add("Accept-Encoding", encoding);
            using var answer = await http.SendAsync(request);
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
            Assert.That(string.Join(",", answer.Content.Headers.ContentEncoding), Is.EqualTo(isCompressed ? encoding : ""), path);
        }
    }

    [TestCase("/")]
    [TestCase("/login")]
    [TestCase("/register")]
    public async Task A_page_answers_HEAD_as_GET_without_the_body(string path)
    {
        using var http = App.NewClient();
        using var request = new HttpRequestMessage(HttpMethod.Head, path);
        using var answer = await http.SendAsync(request);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await answer.Content.ReadAsByteArrayAsync(), Is.Empty);
    }

    private static string? Header(HttpResponseMessage answer, string name) => answer.Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : null;

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string origin, params (string Name, string Value)[] headers)
    {
        using var http = App.NewClient();
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Add("Origin", origin);
        foreach (var (name, value) in headers)
        {
            request.Headers.Add(name, value);
        }

        return await http.SendAsync(request);
    }
}
