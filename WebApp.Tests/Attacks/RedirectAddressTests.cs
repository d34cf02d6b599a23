using System.Net;
using WebApp.Tests.Support;

namespace WebApp.Tests.Attacks;

/// <summary>Addresses to which an application could have a browser sent, and with it the code.</summary>
public sealed class RedirectAddressTests
{
    private static TestApp App => TestApp.Shared;

    // The registered address is https://grafana.example.org/login/callback?tenant=1.
    [TestCase("https://evil.example/login/callback?tenant=1")]
    [TestCase("https://grafana.example.org/Login/callback?tenant=1")]
    [TestCase("https://GRAFANA.example.org/login/callback?tenant=1")]
    [TestCase("https://grafana.example.org/login/callback")]
    [TestCase("https://grafana.example.org/login/callback?tenant=1&x=1")]
    [TestCase("https://grafana.example.org/login/callback?tenant=2")]
    [TestCase("https://grafana.example.org/login/callback/../evil?tenant=1")]
    [TestCase("https://grafana.example.org/login/x/../callback?tenant=1")]
    [TestCase("https://grafana.example.org/login/%63allback?tenant=1")]
    [TestCase("https://grafana.example.org/login/callback/?tenant=1")]
    [TestCase("https://grafana.example.org/login/callback?tenant=1#x")]
    [TestCase("https://grafana.example.org@evil.example/login/callback?tenant=1")]
    [TestCase("https://evil.example\\@grafana.example.org/login/callback?tenant=1")]
    [TestCase("https://grafana.example.org.evil.example/login/callback?tenant=1")]
    [TestCase("https://grafana.example.org:444/login/callback?tenant=1")]
    [TestCase("http://grafana.example.org/login/callback?tenant=1")]
    [TestCase("//grafana.example.org/login/callback?tenant=1")]
    [TestCase("javascript:alert(1)")]
    [TestCase("data:text/html,x")]
    [TestCase("")]
    public async Task A_browser_is_sent_nowhere_but_to_the_registered_address(string address)
    {
        using var party = await OidcClient.CreateAsync(App, OidcClient.Settings with { IsTrusted = true });
        using var browser = await PageClient.SignInAsync(App, await App.CreateUserAsync());

        var answer = await browser.GetAsync(party.AuthorizeUrl(OidcClient.NewVerifier(), ("redirect_uri", address)));

        Assert.That((answer.Status, answer.Location), Is.EqualTo((HttpStatusCode.BadRequest, (string?)null)), answer.Text);
        Assert.That(answer.MediaType, Is.EqualTo("text/html"));
        Assert.That(answer.Headers["Content-Security-Policy"], Does.Contain("frame-ancestors 'none'"));
    }

    [TestCase("javascript:alert(1)")]
    [TestCase("data:text/html,x")]
    [TestCase("vbscript:x")]
    [TestCase("file:///etc/passwd")]
    [TestCase("http://grafana.example.org/callback")]
    [TestCase("https://grafana.example.org/callback#x")]
    [TestCase("https://*.example.org/callback")]
    [TestCase("https://user@example.org/callback")]
    [TestCase("https://example.org/a/../callback")]
    [TestCase("https://example.org/a/%2e%2e/callback")]
    [TestCase("/callback")]
    [TestCase("https://example.org/\\evil")]
    public async Task Such_an_address_cannot_be_registered(string address)
    {
        var api = new ApiClient(App);
        var tokens = await api.LoginAsync(await App.CreateAdminAsync());

        foreach (var isPublic in new[] { false, true })
        {
            var answer = await api.PostAsync("/admin/clients", new { name = "Evil", @public = isPublic, redirect_uris = new[] { address } }, tokens.Access);
            Assert.That((answer.Status, answer.Code), Is.EqualTo((HttpStatusCode.BadRequest, "validation_failed")), answer.Text);
        }
    }
}
