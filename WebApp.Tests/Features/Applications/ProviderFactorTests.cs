using System.Net;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.Applications;

/// <summary>Second factors on the way to an application.</summary>
public sealed class ProviderFactorTests
{
    private static TestApp App => TestApp.Shared;

    [Test]
    public async Task An_application_that_wants_two_factors_sends_to_the_second_and_learns_how_the_user_signed_in()
    {
        using var party = await OidcClient.CreateAsync(App, OidcClient.Settings with { IsTrusted = true });
        var (with, without) = (await App.CreateMfaUserAsync(), await App.CreateUserAsync());
        using var browser = new PageClient(App).With("session", (await App.OpenBrowserSessionAsync(with)).Key.Reveal());
        using var other = await PageClient.SignInAsync(App, without);

        var sent = await browser.GetAsync(party.AuthorizeUrl(OidcClient.NewVerifier(), ("acr_values", "aal2")));
        var silent = await browser.GetAsync(party.AuthorizeUrl(OidcClient.NewVerifier(), ("acr_values", "aal2"), ("prompt", "none")));
        var asked = await browser.SubmitAsync(sent.Location!, "/reauthenticate/email-code", ("ReturnUrl", OidcClient.Parameter(sent, "returnUrl")!));
        var renewed = await browser.SubmitAsync(asked.Location!, "/reauthenticate", ("Method", "email"), ("Code", await App.NewestCodeAsync(with)), ("ReturnUrl", OidcClient.Parameter(sent, "returnUrl")!));
        var tokens = await party.SignInAsync(browser, ("acr_values", "aal2"));
        var weak = await party.SignInAsync(other, ("acr_values", "aal2"));

        Assert.That(sent.Location, Does.StartWith("/reauthenticate?"));
        Assert.That(OidcClient.Parameter(silent, "error"), Is.EqualTo("login_required"));
        Assert.That(renewed.Location, Does.StartWith("/connect/continue?"), renewed.Text);
        Assert.That(GrantedTokens.Payload(tokens.Identity!).GetProperty("acr").GetString(), Is.EqualTo("aal2"));
        Assert.That(GrantedTokens.Payload(weak.Identity!).GetProperty("acr").GetString(), Is.EqualTo("aal1"), "Who has no second factor is not kept out, but the application is told.");
    }
}

/// <summary>An installation that requires a second factor of everybody.</summary>
public sealed class ProviderRequiredFactorTests() : OwnApp("Mfa:Required=Everyone")
{
    [Test]
    public async Task Who_must_add_a_factor_gets_into_no_application_before()
    {
        using var party = await OidcClient.CreateAsync(App, OidcClient.Settings with { IsTrusted = true });
        using var browser = await PageClient.SignInAsync(App, await App.CreateUserAsync());

        var sent = await browser.GetAsync(party.AuthorizeUrl(OidcClient.NewVerifier()));
        var silent = await browser.GetAsync(party.AuthorizeUrl(OidcClient.NewVerifier(), ("prompt", "none")));

        Assert.That((sent.Status, sent.Location), Is.EqualTo((HttpStatusCode.Found, "/account/mfa")));
        Assert.That(OidcClient.Parameter(silent, "error"), Is.EqualTo("interaction_required"));
    }

    [Test]
    public async Task A_token_from_before_is_of_no_use_while_its_user_must_add_a_factor()
    {
        using var party = await OidcClient.CreateAsync(App, OidcClient.Settings with { IsTrusted = true });
        var user = await App.CreateUserAsync();
        await App.QueryAsync<object>("UPDATE users SET two_factor_enabled = true, email_codes_enabled = true WHERE id = $1", user.Id);
        using var browser = new PageClient(App).With("session", (await App.OpenBrowserSessionAsync(user)).Key.Reveal());
        var tokens = await party.SignInAsync(browser);
        Assert.That((await party.UserInfoAsync(tokens.Access)).Status, Is.EqualTo(HttpStatusCode.OK));

        await App.QueryAsync<object>("UPDATE users SET two_factor_enabled = false, email_codes_enabled = false WHERE id = $1", user.Id);
        await Patience.UntilAsync(async () => (await party.UserInfoAsync(tokens.Access)).Status == HttpStatusCode.Unauthorized);
        Assert.That((await party.IntrospectAsync(tokens.Access)).Json.GetProperty("active").GetBoolean(), Is.False);
        Assert.That((await party.RefreshAsync(tokens.Refresh!)).Json.GetProperty("error").GetString(), Is.EqualTo("invalid_grant"));
    }
}
