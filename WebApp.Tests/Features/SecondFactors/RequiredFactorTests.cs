using System.Net;
using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using WebApp.Features.SignIn.Sites;
using WebApp.Platform.Data;
using WebApp.Tests.Access;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.SecondFactors;

/// <summary>An installation that requires a second factor of everybody, and an account that has none (ASVS 6.3.3): every route, and every other way in.</summary>
public sealed class RequiredFactorTests() : OwnApp("Mfa:Required=Everyone", "ForwardAuth:Sites:0=https://wiki.example.org")
{
    private const string Required = "mfa_enrolment_required";
    private const string EnrolmentPage = "/account/mfa";

    // Where a factor is added, the caller proves who they are, or leaves. A new exception gets its line here.
    private static readonly string[] Exceptions =
    [
        "POST /api/v1/auth/logout", "POST /api/v1/auth/logout-everywhere", "POST /api/v1/auth/reauthenticate", "POST /api/v1/auth/reauthenticate/email-code",
        "GET /api/v1/mfa", "POST /api/v1/mfa/totp", "POST /api/v1/mfa/totp/confirm", "DELETE /api/v1/mfa/totp", "POST /api/v1/mfa/email", "DELETE /api/v1/mfa/email", "POST /api/v1/mfa/recovery-codes",
        "GET /account/mfa", "GET /account/mfa/email", "POST /account/mfa/email", "POST /account/mfa/email/remove",
        "GET /account/mfa/recovery-codes", "POST /account/mfa/recovery-codes", "POST /account/mfa/recovery-codes/download",
        "GET /account/mfa/totp", "POST /account/mfa/totp", "POST /account/mfa/totp/begin", "POST /account/mfa/totp/remove",
        "POST /reauthenticate/external/{name}", "GET /account/passkeys", "GET /account/passkeys/add", "POST /account/passkeys/add", "POST /account/passkeys/add/options",
        "GET /account/passkeys/{id}/remove", "POST /account/passkeys/{id}/remove", "GET /account/passkeys/{id}/rename", "POST /account/passkeys/{id}/rename",
        "GET /connect/logout", "GET /reauthenticate", "POST /reauthenticate", "POST /reauthenticate/email-code",
        "GET /confirm-email-change", // By a mailed link it is open to strangers.
    ];

    [Test]
    public async Task Every_route_that_is_not_open_to_strangers_is_closed_but_the_exceptions()
    {
        List<string> open = [];
        var (bearer, browser) = await CallerAsync();
        foreach (var way in WayIn.All(App).Where(way => !IsOpenToStrangers(way)))
        {
            var closed = way.IsApi
                ? (await Api.SendAsync(way.Method, way.Path()["/api/v1".Length..], way.Reads ? null : "{}", bearer)) is { Status: HttpStatusCode.Forbidden, Code: Required }
                : (way.Reads ? await browser.GetAsync(way.Path()) : await browser.SubmitAsync(EnrolmentPage, way.Path())).Location == EnrolmentPage;
            if (!closed)
            {
                // What was let in may have ended the session or added a factor: the next is asked for by somebody else.
                open.Add($"{way}");
                browser.Dispose();
                (bearer, browser) = await CallerAsync();
            }
        }

        browser.Dispose();

        // Giving a factor up leads to the page of factors, as being kept out does.
        Assert.That(open, Is.EquivalentTo(Exceptions.Except(["POST /account/mfa/email/remove", "POST /account/mfa/totp/remove"])));
    }

    [Test]
    public async Task A_client_adds_a_factor_by_the_tokens_of_login_and_everything_opens()
    {
        var user = await App.CreateUserAsync();
        var tokens = await Api.LoginAsync(user);
        Assert.That((await Api.GetAsync("/me", tokens.Access)).Code, Is.EqualTo(Required));
        var refreshed = (await Api.PostAsync("/auth/refresh", new { refresh_token = tokens.Refresh })).Tokens;
        Assert.That((await Api.GetAsync("/me", refreshed.Access)).Code, Is.EqualTo(Required), "a refresh shows no factor");
        Assert.That((await Api.PostAsync("/mfa/email", bearer: refreshed.Access)).Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await Api.GetAsync("/me", refreshed.Access)).Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await Api.GetAsync("/forward-auth", refreshed.Access)).Status, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task Bootstrap_gives_no_tokens()
    {
        var user = await App.CreateUserAsync();
        Assert.That((await Api.PostAsync("/auth/bootstrap", new { method = "usernamepassword", username = user.Email, password = user.Password })).Code, Is.EqualTo(Required));
        Assert.That((await Api.PostAsync("/auth/bootstrap", new { method = "localhost", username = user.Email })).Code, Is.EqualTo(Required));

        var browser = await PageClient.SignInAsync(App, user);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/api/v1/auth/bootstrap", UriKind.Relative)) { Content = JsonContent.Create(new { method = "session" }) };
        request.Headers.Add("RequestVerificationToken", await browser.AntiforgeryTokenAsync(EnrolmentPage));
        request.Headers.Add("Cookie", $"session={browser.Session}; antiforgery={browser.Cookie("antiforgery")}");
        using var http = App.NewClient();
        using var response = await http.SendAsync(request);
        Assert.That((await Answer.ReadAsync(response)).Code, Is.EqualTo(Required));
    }

    [Test]
    public async Task Forward_auth_refuses_the_session_the_pass_and_the_token_and_sends_a_browser_to_add_one()
    {
        var user = await App.CreateUserAsync();
        var (session, key) = await App.OpenBrowserSessionAsync(user);
        var pass = App.Services.GetRequiredService<SitePasses>().Seal(new SitePass(session, "https://wiki.example.org"));
        foreach (var (name, value) in new[] { ("Cookie", $"session={key.Reveal()}"), ("Cookie", $"site={pass}"), ("Authorization", $"Bearer {(await Api.LoginAsync(user)).Access}") })
        {
            var refused = await AskAsync("", name, value);
            Assert.That((refused.Status, refused.Code), Is.EqualTo((HttpStatusCode.Forbidden, Required)), name);
            Assert.That(refused.Headers.Keys, Has.None.StartsWith("Remote-"));
        }

        var sent = await AskAsync("?redirect=1", "Cookie", $"site={pass}");
        Assert.That((sent.Status, sent.Headers["Location"]), Is.EqualTo((HttpStatusCode.Redirect, $"{App.BaseAddress}account/mfa")));

        await App.QueryAsync<object>("UPDATE users SET email_codes_enabled = true, two_factor_enabled = true WHERE id = $1", user.Id);
        await Patience.UntilAsync(async () => (await AskAsync("", "Cookie", $"site={pass}")).Status == HttpStatusCode.OK);
    }

    [Test]
    public async Task An_API_token_opens_nothing_while_its_account_has_no_factor()
    {
        var user = await App.CreateMfaUserAsync();
        var token = await Api.MakeApiTokenAsync((await Api.LoginWithCodeAsync(App, user)).Access, "profile.read", "sites.access");
        Assert.That((await Api.GetAsync("/me", token)).Status, Is.EqualTo(HttpStatusCode.OK));
        await App.QueryAsync<object>("UPDATE users SET email_codes_enabled = false, two_factor_enabled = false WHERE id = $1", user.Id);
        await Patience.UntilAsync(async () => (await Api.GetAsync("/me", token)).Code == Required);
        Assert.That((await Api.GetAsync("/forward-auth", token)).Code, Is.EqualTo(Required));
    }

    [Test]
    public async Task Introspection_says_that_a_token_of_an_account_without_a_factor_is_not_active()
    {
        var (user, service) = (await App.CreateUserAsync(), await App.CreateIntrospectorAsync());
        await App.QueryAsync<object>("UPDATE users SET email_codes_enabled = true, two_factor_enabled = true WHERE id = $1", service.Id);
        var (tokens, caller) = (await Api.LoginAsync(user), (await Api.LoginWithCodeAsync(App, service)).Access);
        foreach (var token in new[] { tokens.Access, tokens.Refresh })
        {
            Assert.That((await Api.PostFormAsync("/tokens/introspect", caller, ("token", token))).Text, Is.EqualTo("""{"active":false}"""));
        }
    }

    [Test]
    public async Task An_administrator_who_looks_at_such_an_account_sees_its_pages_and_comes_back()
    {
        var (admin, user) = (await App.CreateMfaUserAsync(), await App.CreateUserAsync());
        await App.GiveAsync(admin, Role.AdminId);
        using var browser = new PageClient(App);
        await browser.LoginWithCodeAsync(App, admin);
        await browser.SubmitAsync($"/admin/users/{user.Id}/impersonate", $"/admin/users/{user.Id}/impersonate", ("Reason", "Asked for help by telephone"));
        Assert.That((await browser.GetAsync("/account")).Text, Does.Contain(user.Email));
        Assert.That((await browser.SubmitAsync("/account", "/admin/impersonation/end")).Location, Is.Not.EqualTo(EnrolmentPage));
        Assert.That((await browser.GetAsync($"/admin/users/{user.Id}")).Status, Is.EqualTo(HttpStatusCode.OK));
    }

    private static bool IsOpenToStrangers(WayIn way)
    {
        var rule = AccessTable.All[$"{way.Method} {way.Route}"];
        return rule.Expect(Actor.Anonymous) is not ("401" or "login") || rule.IsOpen || rule == AccessRule.HalfPage || rule == AccessRule.Leaving;
    }

    private async Task<(string Bearer, PageClient Browser)> CallerAsync()
    {
        var user = await App.CreateAdminAsync();
        return ((await Api.LoginAsync(user)).Access, await BrowserAsync(user));
    }

    private async Task<PageClient> BrowserAsync(TestUser user)
    {
        var browser = new PageClient(App);
        browser.With("session", (await App.OpenBrowserSessionAsync(user)).Key.Reveal());
        return browser;
    }

    private async Task<Answer> AskAsync(string query, string header, string value)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"/api/v1/forward-auth{query}", UriKind.Relative));
        request.Headers.TryAddWithoutValidation(header, value);
        request.Headers.Add("Accept", "text/html");
        request.Headers.Add("X-Original-URL", "https://wiki.example.org/page");
        request.Headers.Add("X-Original-Method", "GET");
        using var http = App.NewClient();
        using var response = await http.SendAsync(request);
        return await Answer.ReadAsync(response);
    }
}
