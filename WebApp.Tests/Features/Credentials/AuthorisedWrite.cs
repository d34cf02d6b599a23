using WebApp.Features.Verification;
using WebApp.Tests.Features.SignIn.Methods;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.Credentials;

/// <summary>Something that opens a session, issues a token, or adds or changes a credential, over HTTP.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Path">Where the request goes that does it.</param>
/// <param name="BySession">Whether a session authorises it; otherwise a sign-in that is under way does.</param>
/// <param name="Run">Does it.</param>
/// <param name="Prepare">Sets the scene.</param>
public sealed record AuthorisedWrite(string Name, string Path, bool BySession, Func<RaceScene, Task> Run, Func<RaceScene, Task>? Prepare = null)
{
    private static readonly string[] Scopes = ["profile.read"];

    /// <summary>Every one there is.</summary>
    public static IReadOnlyList<AuthorisedWrite> All { get; } =
    [
        new("sign-in by password, API", "/api/v1/auth/login", false, s => s.Api.PostAsync("/auth/login", new { email = s.User.Email, password = s.User.Password })),
        new("sign-in by password, browser", "/login", false, async s =>
        {
            using var browser = new PageClient(s.App);
            await browser.LoginAsync(s.User);
        }),
        new("second factor, API", "/api/v1/auth/mfa", false, s => s.Api.AnswerAsync(s.Prepared, s.CodeNow(), "totp"), async s =>
        {
            await s.AddPhoneAsync();
            s.Prepared = await s.Api.BeginAsync(s.User);
        }),
        new("passkey, browser", "/login/passkey", false, async s =>
        {
            using var browser = new PageClient(s.App);
            var options = await browser.SubmitAsync("/login", "/passkeys/options", ("Purpose", "sign-in"));
            await browser.SubmitAsync("/login", "/login/passkey", ("Credential", s.Passkey!.Answer(options.Text, new(Origin(s)))));
        }, async s => s.Passkey = await SoftPasskey.AddAsync(s.App, s.User)),
        new("device gets its tokens", "/api/v1/auth/device/token", false, s => s.Api.PostAsync("/auth/device/token", new { device_code = s.Prepared }), async s =>
        {
            var tv = await Tv.AskAsync(s.App);
            var answer = await s.Browser.SubmitAsync("/account", "/device/confirm", ("user_code", tv.UserCode));
            Assert.That((int)answer.Status, Is.EqualTo(200), answer.Text);
            s.Prepared = tv.DeviceCode;
        }),
        new("tokens for the browser's session", "/api/v1/auth/bootstrap", true, async s =>
        {
            var browser = new PageClient(s.App).With("session", s.Browser.Cookie("session"));
            var token = await browser.AntiforgeryTokenAsync("/account/profile");
            await s.App.BootstrapAsync("session", "127.0.0.1", ("Cookie", $"session={browser.Session}; antiforgery={browser.Cookie("antiforgery")}"), ("RequestVerificationToken", token));
        }),
        new("device let in", "/device/confirm", true, s => s.Browser.SubmitAsync("/account", "/device/confirm", ("user_code", s.Prepared)), async s =>
            s.Prepared = (await Tv.AskAsync(s.App)).UserCode),
        new("step-up, API", "/api/v1/auth/reauthenticate", true, s => s.Api.PostAsync("/auth/reauthenticate", new { password = s.User.Password }, s.Tokens.Access)),
        new("step-up, browser", "/reauthenticate", true, s => s.Browser.SubmitAsync("/reauthenticate", ("Password", s.User.Password))),
        new("API token made", "/api/v1/api-tokens", true, s => s.Api.PostAsync("/api-tokens", new { name = "script", scopes = Scopes }, s.Tokens.Access)),
        new("authenticator app offered", "/api/v1/mfa/totp", true, s => s.Api.PostAsync("/mfa/totp", null, s.Tokens.Access)),
        new("authenticator app confirmed", "/api/v1/mfa/totp/confirm", true, s => s.Api.PostAsync("/mfa/totp/confirm", new { code = s.CodeNow() }, s.Tokens.Access), s => s.AddPhoneAsync(confirmed: false)),
        new("authenticator app removed", "/api/v1/mfa/totp", true, s => s.Api.DeleteAsync("/mfa/totp", s.Tokens.Access), s => s.AddPhoneAsync()),
        new("mailed codes on", "/api/v1/mfa/email", true, s => s.Api.PostAsync("/mfa/email", null, s.Tokens.Access)),
        new("mailed codes off", "/api/v1/mfa/email", true, s => s.Api.DeleteAsync("/mfa/email", s.Tokens.Access), s =>
            s.App.QueryAsync<object>("UPDATE users SET email_codes_enabled = true, two_factor_enabled = true WHERE id = $1", s.User.Id)),
        new("recovery codes renewed", "/api/v1/mfa/recovery-codes", true, s => s.Api.PostAsync("/mfa/recovery-codes", null, s.Tokens.Access), s => s.AddPhoneAsync()),
        new("passkey added", "/account/passkeys/add", true, async s =>
        {
            s.Passkey = new(s.User.Id);
            var options = await s.Browser.SubmitAsync("/account", "/account/passkeys/add/options");
            await s.Browser.SubmitAsync("/account", "/account/passkeys/add", ("Name", "Mine"), ("Credential", s.Passkey.Enrol(options.Text, new(Origin(s)))));
        }),
        new("passkey removed", "/account/passkeys/{passkey}/remove", true, s => s.Browser.SubmitAsync("/account", $"/account/passkeys/{s.Passkey!.PathId}/remove"), async s =>
            s.Passkey = await SoftPasskey.AddAsync(s.App, s.User)),
        new("password changed", "/api/v1/password", true, s =>
            s.Api.PostAsync("/password", new { current_password = s.User.Password, new_password = "Velvet harbour 7 morning!" }, s.Tokens.Access)),
        new("change of address asked for", "/account/email", true, s => s.Browser.SubmitAsync("/account", "/account/email", ("Email", $"moved-{Guid.NewGuid():N}@example.org"))),
        new("change of address confirmed", "/confirm-email-change", true, async s =>
        {
            using var anywhere = new PageClient(s.App);
            await anywhere.SubmitAsync($"/confirm-email-change?token={s.Prepared}", "/confirm-email-change", ("Token", s.Prepared));
        }, async s => s.Prepared = await s.LinkAsync(SecretPurpose.ChangeEmail, s.Tokens.SessionId, $"moved-{Guid.NewGuid():N}@example.org")),
        new("outside login connected", "/account/external-logins/confirm", true, s => s.Browser.SubmitAsync("/account", "/account/external-logins/confirm"), s =>
        {
            s.Browser.WithPendingExternalLogin(s.App, s.User.Email);
            return Task.CompletedTask;
        }),
        new("outside login disconnected", "/account/external-logins/{prepared}/unlink", true, s => s.Browser.SubmitAsync("/account", $"/account/external-logins/{s.Prepared}/unlink"), async s =>
            s.Prepared = await s.AddExternalLoginAsync()),
        new("application entered", "/connect/authorize", true, s => s.Browser.GetAsync(s.Prepared), async s =>
        {
            using var party = await OidcClient.CreateAsync(s.App, OidcClient.Settings with { IsTrusted = true });
            s.Prepared = party.AuthorizeUrl(OidcClient.NewVerifier());
        }),
        new("deletion asked for", "/account/data/delete", true, s => s.Browser.SubmitAsync("/account", "/account/data/delete", ("Confirmation", s.User.Email))),
    ];

    /// <inheritdoc/>
    public override string ToString() => Name;

    private static string Origin(RaceScene scene) => scene.App.BaseAddress.GetLeftPart(UriPartial.Authority);
}
