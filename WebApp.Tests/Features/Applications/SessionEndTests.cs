using System.Net;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.Applications;

/// <summary>What an application has ends with the session in which it was granted, however the session ends.</summary>
public sealed class SessionEndTests
{
    private static TestApp App => TestApp.Shared;

    private static IEnumerable<TestCaseData> Ends =>
    [
        Case("signing out", (browser, _) => browser.PostFormAsync("/logout")),
        Case("sign out everywhere, from an API client", async (_, user) =>
        {
            var api = new ApiClient(App);
            var tokens = (await api.PostAsync("/auth/login", new { email = user.Email, password = user.Password })).Tokens;
            await api.PostAsync("/auth/logout-everywhere", null, tokens.Access);
        }),
        Case("the password is changed elsewhere", async (_, user) =>
        {
            var api = new ApiClient(App);
            var tokens = (await api.PostAsync("/auth/login", new { email = user.Email, password = user.Password })).Tokens;
            await api.PostAsync("/password", new { current_password = user.Password, new_password = TestUser.NewPassword("Velvet harbour") }, tokens.Access);
        }),
        Case("the account is locked in the database", (_, user) => App.QueryAsync<object>("UPDATE users SET lockout_end = now() + interval '1 day' WHERE id = $1", user.Id)),
        Case("the account awaits deletion", (_, user) => App.QueryAsync<object>("UPDATE users SET deletion_requested_at = now() WHERE id = $1", user.Id)),
        Case("the session's row is gone", (_, user) => App.QueryAsync<object>("DELETE FROM sessions WHERE user_id = $1", user.Id)),
        Case("the token version is raised", (_, user) => App.QueryAsync<object>("UPDATE users SET token_version = token_version + 1 WHERE id = $1", user.Id)),
    ];

    [TestCaseSource(nameof(Ends))]
    public async Task Everything_is_refused_after(Func<PageClient, TestUser, Task> end)
    {
        var user = await App.CreateUserAsync();
        using var party = await OidcClient.CreateAsync(App);
        using var browser = await PageClient.SignInAsync(App, user);
        var tokens = await party.SignInAsync(browser);
        var (code, verifier) = await party.CodeAsync(browser);
        Assert.That((await party.IntrospectAsync(tokens.Access)).Json.GetProperty("active").GetBoolean(), Is.True);

        await end(browser, user);

        var (info, inspected, refreshed, redeemed) = (
            await party.UserInfoAsync(tokens.Access), await party.IntrospectAsync(tokens.Access), await party.RefreshAsync(tokens.Refresh!), await party.RedeemAsync(code, verifier));
        Assert.Multiple(() =>
        {
            Assert.That(info.Status, Is.EqualTo(HttpStatusCode.Unauthorized), info.Text);
            Assert.That(info.Headers["WWW-Authenticate"], Does.Contain("invalid_token"));
            Assert.That(inspected.Body, Is.EqualTo("{\"active\":false}").Or.Matches("^\\{\\s*\"active\":\\s*false\\s*\\}$"));
            Assert.That((refreshed.Status, refreshed.Json.GetProperty("error").GetString()), Is.EqualTo((HttpStatusCode.BadRequest, "invalid_grant")));
            Assert.That((redeemed.Status, redeemed.Json.GetProperty("error").GetString()), Is.EqualTo((HttpStatusCode.BadRequest, "invalid_grant")));
        });
    }

    [Test]
    public async Task Taking_a_consent_back_ends_what_the_application_has()
    {
        var user = await App.CreateUserAsync();
        using var party = await OidcClient.CreateAsync(App);
        using var browser = await PageClient.SignInAsync(App, user);
        var tokens = await party.SignInAsync(browser);

        var page = await browser.GetAsync("/account/applications");
        var answer = await browser.SubmitAsync("/account/applications", $"/account/applications/{party.ClientId}/withdraw");

        Assert.That(page.Text, Does.Contain("Grafana"));
        Assert.That(answer.Location, Is.EqualTo("/account/applications"));
        Assert.That((await party.UserInfoAsync(tokens.Access)).Status, Is.EqualTo(HttpStatusCode.Unauthorized));
        Assert.That((await party.RefreshAsync(tokens.Refresh!)).Json.GetProperty("error").GetString(), Is.EqualTo("invalid_grant"));
        Assert.That((await browser.GetAsync(party.AuthorizeUrl(OidcClient.NewVerifier()))).Text, Does.Contain("It will be allowed to see:"));
    }

    [Test]
    public async Task A_user_who_loses_the_role_loses_the_application_at_the_next_refresh()
    {
        var (user, role) = await App.CreateUserWithAsync("audit.read");
        using var party = await OidcClient.CreateAsync(App, OidcClient.Settings with { AllowedRoles = [$"r{role:N}"] });
        using var browser = await PageClient.SignInAsync(App, user);
        using var other = await PageClient.SignInAsync(App, await App.CreateUserAsync());
        var tokens = await party.SignInAsync(browser);

        var refused = await other.GetAsync(party.AuthorizeUrl(OidcClient.NewVerifier()));
        await App.QueryAsync<object>("DELETE FROM user_roles WHERE user_id = $1 AND role_id = $2", user.Id, role);

        Assert.That(refused.Status, Is.EqualTo(HttpStatusCode.Forbidden));
        Assert.That(refused.Text, Does.Contain("is not open to you"));
        await Patience.UntilAsync(async () => (await party.RefreshAsync(tokens.Refresh!)) is { Status: HttpStatusCode.BadRequest });
    }

    [Test]
    public async Task The_end_of_a_session_is_sent_to_its_applications_in_a_signed_token()
    {
        using var receiver = new LogoutReceiver();
        var user = await App.CreateUserAsync();
        using var party = await OidcClient.CreateAsync(App, OidcClient.Settings with { BackchannelLogoutUri = receiver.Address });
        using var browser = await PageClient.SignInAsync(App, user);
        var tokens = await party.SignInAsync(browser);
        var sid = GrantedTokens.Payload(tokens.Access).GetProperty("sid").GetString();

        await browser.PostFormAsync("/logout");

        var told = await receiver.NextAsync();
        var jwks = new JsonWebKeySet((await party.GetAsync("/.well-known/jwks")).Body);
        var read = await new JsonWebTokenHandler().ValidateTokenAsync(told, new()
        {
            ValidIssuer = App.BaseAddress.AbsoluteUri,
            ValidAudience = party.ClientId,
            IssuerSigningKeys = jwks.GetSigningKeys(),
            ValidTypes = ["logout+jwt"],
            ValidAlgorithms = ["ES256"],
        });
        var payload = GrantedTokens.Payload(told);
        Assert.That(read.IsValid, Is.True, read.Exception?.Message);
        Assert.That(payload.GetProperty("sid").GetString(), Is.EqualTo(sid));
        Assert.That(payload.GetProperty("sub").GetString(), Is.EqualTo(user.Id.ToString()));
        Assert.That(payload.GetProperty("events").TryGetProperty("http://schemas.openid.net/event/backchannel-logout", out _), Is.True);
        Assert.That(payload.TryGetProperty("nonce", out _), Is.False);
    }

    [Test]
    public async Task A_logout_token_that_was_not_accepted_is_sent_again()
    {
        using var receiver = new LogoutReceiver(failures: 1);
        using var party = await OidcClient.CreateAsync(App, OidcClient.Settings with { BackchannelLogoutUri = receiver.Address });
        using var browser = await PageClient.SignInAsync(App, await App.CreateUserAsync());
        await party.SignInAsync(browser);

        await browser.PostFormAsync("/logout");
        await Patience.UntilAsync(async () => await App.QueryAsync<long>("SELECT count(*) FROM outbox_messages WHERE channel = 'logout' AND attempts > 0 AND sent_at IS NULL AND last_error LIKE '%503%'") > 0);
        await App.QueryAsync<object>("UPDATE outbox_messages SET next_attempt_at = now() WHERE channel = 'logout' AND sent_at IS NULL");

        Assert.That(await receiver.NextAsync(), Is.Not.Null);
    }

    private static TestCaseData Case(string name, Func<PageClient, TestUser, Task> end) => new TestCaseData(end).SetArgDisplayNames(name);
}
