using System.Net;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using WebApp.Features.SignIn.Localhost;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.SignIn.Methods;

/// <summary>Sign-in for whoever develops on this machine.</summary>
public sealed class LocalhostSignInTests() : OwnApp("Proxy:Trusted=127.0.0.7")
{
    [Test]
    public async Task Continue_as_signs_the_developer_in_and_makes_the_account()
    {
        var browser = new PageClient(App);
        Assert.That((await browser.GetAsync("/login")).Text, Does.Contain("Continue as developer@example.org"));
        var answer = await browser.SubmitAsync("/login", "/login/localhost", ("ReturnUrl", "/account/sessions"));
        Assert.That((answer.Status, answer.Headers["Location"]), Is.EqualTo((HttpStatusCode.Found, "/account/sessions")));
        Assert.That(await browser.IsSignedInAsync(), Is.True);
        var tokens = (await App.BootstrapAsync("localhost", "127.0.0.1")).Tokens;
        var me = (await Api.GetAsync("/me", tokens.Access)).Json;
        Assert.That(me.GetProperty("roles").EnumerateArray().Select(role => role.GetString()), Is.EquivalentTo(["admin", "user"]));
        Assert.That(await App.QueryAsync<long>("SELECT count(*) FROM users WHERE email = 'developer@example.org'"), Is.EqualTo(1));
    }

    [Test]
    public async Task Another_account_can_be_named_and_none_is_made_for_it()
    {
        var user = await App.CreateUserAsync();
        var answer = await App.BootstrapAsync(new { method = "localhost", username = user.Email }, "127.0.0.1");
        Assert.That((await Api.GetAsync("/me", answer.Tokens.Access)).Json.GetProperty("id").GetGuid(), Is.EqualTo(user.Id));
        Assert.That((await App.BootstrapAsync(new { method = "localhost", username = "nobody@example.org" }, "127.0.0.1")).Code, Is.EqualTo("invalid_credentials"));
    }

    [TestCase("127.0.0.1", "X-Forwarded-For", "127.0.0.1")]
    [TestCase("127.0.0.1", "x-forwarded-for", "")]
    [TestCase("127.0.0.1", "X-Forwarded-Host", "localhost")]
    [TestCase("127.0.0.1", "Forwarded", "for=127.0.0.1")]
    [TestCase("127.0.0.1", "Via", "1.1 proxy")]
    [TestCase("127.0.0.1", "X-Real-IP", "127.0.0.1")]
    [TestCase("127.0.0.7", "X-Forwarded-For", "127.0.0.1")]
    [TestCase("127.0.0.7", "Accept", "*/*")] // A trusted proxy that forwards nothing of the client.
    [TestCase("127.0.0.1", "Host", "evil.example")]
    [TestCase("127.0.0.1", "Host", "localhost.evil.example")]
    [TestCase("127.0.0.1", "Host", "127.0.0.1.nip.io")]
    [TestCase("127.0.0.1", "Sec-Fetch-Site", "cross-site")]
    public async Task It_refuses_whatever_may_come_from_another_machine(string from, string header, string value)
    {
        var answer = await App.BootstrapAsync("localhost", from, (header, value));
        Assert.That(answer.Code, Is.EqualTo("forbidden"), answer.Text);
        using var page = new PageClient(App.NewClient(from)).Saying(header, value);
        Assert.That((await page.GetAsync("/login")).Text, Does.Not.Contain("Continue as"));
    }

    [TestCase("localhost:5000")]
    [TestCase("[::1]:5000")]
    [TestCase("127.0.0.1")]
    public async Task Any_loopback_name_will_do(string host) =>
        Assert.That((await App.BootstrapAsync("localhost", "127.0.0.1", ("Host", host))).Status, Is.EqualTo(HttpStatusCode.OK));

    [Test]
    public async Task In_Production_there_is_nothing_of_it()
    {
        await using var production = await TestApp.StartInProductionAsync(null, "App:BaseUrl=http://localhost:8080", "AllowedHosts=*");
        Assert.That(production.Services.GetService<LocalhostSignIn>(), Is.Null);
        Assert.That(
            production.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().Select(endpoint => endpoint.RoutePattern.RawText),
            Has.None.Contain("localhost"));
        var answer = await production.BootstrapAsync("localhost", "127.0.0.1", ("Host", "localhost"));
        Assert.That((answer.Code, answer.Json.GetProperty("detail").GetString()), Is.EqualTo(("forbidden", "Sign-in from localhost is for Development alone.")));
        using var page = new PageClient(production.NewClient("127.0.0.1"));
        Assert.That((await page.GetAsync("/login")).Text, Does.Not.Contain("Continue as"));
    }
}
