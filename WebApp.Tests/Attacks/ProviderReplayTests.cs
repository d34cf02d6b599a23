using System.Net;
using Microsoft.Extensions.DependencyInjection;
using WebApp.Features.Applications;
using WebApp.Tests.Support;

namespace WebApp.Tests.Attacks;

/// <summary>What depends on time at the OpenID Connect provider, on a clock of its own.</summary>
public sealed class ProviderReplayTests() : OwnApp
{
    [Test]
    public async Task A_refresh_token_that_is_replayed_after_the_grace_kills_the_family()
    {
        using var party = await OidcClient.CreateAsync(App);
        using var browser = await PageClient.SignInAsync(App, await App.CreateUserAsync());
        var first = await party.SignInAsync(browser);
        var second = GrantedTokens.From(await party.RefreshAsync(first.Refresh!));
        App.Clock.Advance(TimeSpan.FromSeconds(30));

        var replayed = await party.RefreshAsync(first.Refresh!);

        Assert.That(replayed.Json.GetProperty("error").GetString(), Is.EqualTo("invalid_grant"), replayed.Text);
        Assert.That((await party.RefreshAsync(second.Refresh!)).Status, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That((await party.UserInfoAsync(second.Access)).Status, Is.EqualTo(HttpStatusCode.Unauthorized));
    }

    [Test]
    public async Task An_application_that_wants_a_recent_authentication_gets_one()
    {
        var user = await App.CreateUserAsync();
        using var party = await OidcClient.CreateAsync(App, OidcClient.Settings with { IsTrusted = true });
        using var browser = await PageClient.SignInAsync(App, user);
        App.Clock.Advance(TimeSpan.FromMinutes(5));

        var enough = await browser.GetAsync(party.AuthorizeUrl(OidcClient.NewVerifier(), ("max_age", "600")));
        var silent = await browser.GetAsync(party.AuthorizeUrl(OidcClient.NewVerifier(), ("max_age", "60"), ("prompt", "none")));
        foreach (var (name, value) in new[] { ("max_age", "60"), ("max_age", "0"), ("prompt", "login") })
        {
            App.Clock.Advance(TimeSpan.FromMinutes(2));
            var sent = await browser.GetAsync(party.AuthorizeUrl(OidcClient.NewVerifier(), (name, value)));
            Assert.That(sent.Location, Does.StartWith("/reauthenticate?returnUrl="), sent.Text);
            var back = OidcClient.Parameter(sent, "returnUrl")!;
            var tooSoon = await browser.GetAsync(back.Replace("/connect/continue", "/connect/authorize", StringComparison.Ordinal));
            var renewed = await browser.SubmitAsync(sent.Location!, "/reauthenticate", ("Password", user.Password), ("ReturnUrl", back));
            var code = await browser.GetAsync(renewed.Location!.Replace("/connect/continue", "/connect/authorize", StringComparison.Ordinal));

            Assert.That(tooSoon.Location, Does.StartWith("/reauthenticate?"));
            Assert.That(OidcClient.Parameter(code, "code"), Is.Not.Null, $"{name}: {code.Location} {code.Text}");
        }

        Assert.That(OidcClient.Parameter(enough, "code"), Is.Not.Null, enough.Location);
        Assert.That(OidcClient.Parameter(silent, "error"), Is.EqualTo("login_required"));
    }

    [Test]
    public async Task A_rotation_of_keys_signs_nobody_out_and_is_announced()
    {
        using var party = await OidcClient.CreateAsync(App);
        using var browser = await PageClient.SignInAsync(App, await App.CreateUserAsync(), remember: true);
        var before = await party.SignInAsync(browser);
        var keys = App.Services.GetRequiredService<ApplicationKeys>();

        await keys.MaintainAsync(CancellationToken.None, rotate: true);
        var announced = (await party.GetAsync("/.well-known/jwks")).Json.GetProperty("keys").EnumerateArray().Select(key => key.GetProperty("kty").GetString()).Order().ToArray();
        App.Clock.Advance(TimeSpan.FromMinutes(6));
        var after = GrantedTokens.From(await party.RefreshAsync(before.Refresh!));

        Assert.That(announced, Is.EqualTo(["EC", "EC"]));
        Assert.That(GrantedTokens.Header(after.Identity!).GetProperty("kid").GetString(), Is.Not.EqualTo(GrantedTokens.Header(before.Identity!).GetProperty("kid").GetString()));
        Assert.That((await party.UserInfoAsync(before.Access)).Status, Is.EqualTo(HttpStatusCode.OK));
    }
}
