using System.Net;
using WebApp.Tests.Support;

namespace WebApp.Tests.Attacks;

/// <summary>Attacks on the OpenID Connect provider (RFC 9700).</summary>
public sealed class ProviderAttackTests
{
    private static TestApp App => TestApp.Shared;

    [Test]
    public async Task A_code_that_is_used_again_ends_what_it_gave()
    {
        using var party = await OidcClient.CreateAsync(App);
        using var browser = await PageClient.SignInAsync(App, await App.CreateUserAsync());
        var (code, verifier) = await party.CodeAsync(browser);
        var tokens = GrantedTokens.From(await party.RedeemAsync(code, verifier));

        var again = await party.RedeemAsync(code, verifier);

        Assert.That((again.Status, again.Json.GetProperty("error").GetString()), Is.EqualTo((HttpStatusCode.BadRequest, "invalid_grant")));
        Assert.That((await party.UserInfoAsync(tokens.Access)).Status, Is.EqualTo(HttpStatusCode.Unauthorized));
        Assert.That((await party.RefreshAsync(tokens.Refresh!)).Status, Is.EqualTo(HttpStatusCode.BadRequest));
    }

    [Test]
    public async Task Of_parallel_redemptions_of_a_code_at_most_one_gets_tokens()
    {
        using var party = await OidcClient.CreateAsync(App);
        using var browser = await PageClient.SignInAsync(App, await App.CreateUserAsync());
        var (code, verifier) = await party.CodeAsync(browser);

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => party.RedeemAsync(code, verifier)));

        Assert.That(answers.Count(answer => answer.Status == HttpStatusCode.OK), Is.LessThanOrEqualTo(1));
        Assert.That(answers.Select(answer => (int)answer.Status), Is.All.LessThan(500));
    }

    [Test]
    public async Task A_code_is_worth_nothing_to_another_application()
    {
        using var party = await OidcClient.CreateAsync(App);
        using var thief = await OidcClient.CreateAsync(App);
        using var browser = await PageClient.SignInAsync(App, await App.CreateUserAsync());
        var (code, verifier) = await party.CodeAsync(browser);

        var stolen = await thief.RedeemAsync(code, verifier);

        Assert.That(stolen.Status, Is.EqualTo(HttpStatusCode.BadRequest), stolen.Text);
    }

    [Test]
    public async Task Without_the_verifier_a_code_is_worth_nothing()
    {
        using var party = await OidcClient.CreateAsync(App);
        using var browser = await PageClient.SignInAsync(App, await App.CreateUserAsync());
        foreach (var verifier in new[] { null, OidcClient.NewVerifier(), "" })
        {
            var (code, _) = await party.CodeAsync(browser);
            Assert.That((await party.RedeemAsync(code, verifier)).Status, Is.EqualTo(HttpStatusCode.BadRequest));
        }
    }

    [TestCase(null, null)]
    [TestCase("abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz", "plain")]
    [TestCase("abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz", null)]
    public async Task PKCE_cannot_be_left_out_or_made_weaker(string? challenge, string? method)
    {
        using var party = await OidcClient.CreateAsync(App, OidcClient.Settings with { IsTrusted = true });
        using var browser = await PageClient.SignInAsync(App, await App.CreateUserAsync());

        var answer = await browser.GetAsync(party.AuthorizeUrl(OidcClient.NewVerifier(), ("code_challenge", challenge), ("code_challenge_method", method)));

        Assert.That((answer.Status, answer.Location), Is.EqualTo((HttpStatusCode.BadRequest, (string?)null)));
        Assert.That(answer.Text, Does.Contain("code_challenge"));
    }

    [TestCase("token")]
    [TestCase("id_token")]
    [TestCase("code id_token")]
    public async Task Tokens_never_go_through_the_browser(string responseType)
    {
        using var party = await OidcClient.CreateAsync(App, OidcClient.Settings with { IsTrusted = true });
        using var browser = await PageClient.SignInAsync(App, await App.CreateUserAsync());

        var answer = await browser.GetAsync(party.AuthorizeUrl(OidcClient.NewVerifier(), ("response_type", responseType)));

        Assert.That(answer.Location ?? "", Does.Not.Contain("access_token=").And.Not.Contain("id_token="));
        Assert.That(OidcClient.Parameter(answer, "code"), Is.Null);
    }

    [Test]
    public async Task Tokens_of_one_application_are_worth_nothing_to_another()
    {
        using var party = await OidcClient.CreateAsync(App);
        using var other = await OidcClient.CreateAsync(App);
        using var browser = await PageClient.SignInAsync(App, await App.CreateUserAsync());
        var tokens = await party.SignInAsync(browser);

        var (refreshed, inspected) = (await other.RefreshAsync(tokens.Refresh!), await other.IntrospectAsync(tokens.Access));
        await other.PostAsync("/connect/revoke", ("token", tokens.Refresh!));

        Assert.That(refreshed.Status, Is.EqualTo(HttpStatusCode.BadRequest), refreshed.Text);
        Assert.That(inspected.Json.GetProperty("active").GetBoolean(), Is.False);
        Assert.That((await party.RefreshAsync(tokens.Refresh!)).Status, Is.EqualTo(HttpStatusCode.OK), "Another application must not revoke it either.");
    }

    [Test]
    public async Task The_API_and_the_provider_take_no_tokens_of_each_other()
    {
        var user = await App.CreateUserAsync();
        using var party = await OidcClient.CreateAsync(App);
        using var browser = await PageClient.SignInAsync(App, user);
        var (granted, own) = (await party.SignInAsync(browser), await new ApiClient(App).LoginAsync(user));

        var (me, info) = (await new ApiClient(App).GetAsync("/me", granted.Access), await party.UserInfoAsync(own.Access));
        var identity = await party.UserInfoAsync(granted.Identity!);

        Assert.That((int)me.Status, Is.EqualTo(401), me.Text);
        Assert.That((int)info.Status, Is.EqualTo(401), info.Text);
        Assert.That((int)identity.Status, Is.EqualTo(401), identity.Text);
    }

    [Test]
    public async Task The_consent_page_cannot_be_passed_without_the_user()
    {
        using var party = await OidcClient.CreateAsync(App);
        using var browser = await PageClient.SignInAsync(App, await App.CreateUserAsync());
        var url = party.AuthorizeUrl(OidcClient.NewVerifier());
        var page = await browser.GetAsync(url);
        var fields = OidcClient.Hidden(page).Where(field => field.Name != "__RequestVerificationToken").ToArray();

        var forged = await browser.PostAsync("/connect/authorize", [.. fields, ("decision", "allow")]);
        var byAddress = await browser.GetAsync($"{url}&decision=allow");
        var denied = await OidcClient.DecideAsync(browser, page, "deny");
        var after = await browser.GetAsync(url);

        Assert.That(page.Headers["Content-Security-Policy"], Does.Contain("form-action 'self' https://grafana.example.org;").And.Contain("frame-ancestors 'none'"));
        Assert.That(forged.Status, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That((byAddress.Status, byAddress.Text.Contains("It will be allowed to see:")), Is.EqualTo((HttpStatusCode.OK, true)));
        Assert.That(OidcClient.Parameter(denied, "error"), Is.EqualTo("access_denied"));
        Assert.That(after.Status, Is.EqualTo(HttpStatusCode.OK), "A refusal is not remembered as consent.");
    }

    [Test]
    public async Task More_scopes_are_asked_for_again_and_unknown_ones_refused()
    {
        using var party = await OidcClient.CreateAsync(App, OidcClient.Settings with { Scopes = ["profile", "email"] });
        using var browser = await PageClient.SignInAsync(App, await App.CreateUserAsync());
        await party.SignInAsync(browser, ("scope", "openid profile"));

        var (same, more) = (await browser.GetAsync(party.AuthorizeUrl("v", ("scope", "openid profile"))), await browser.GetAsync(party.AuthorizeUrl("v", ("scope", "openid profile email"))));
        var (forbidden, unknown) = (await browser.GetAsync(party.AuthorizeUrl("v", ("scope", "openid roles"))), await browser.GetAsync(party.AuthorizeUrl("v", ("scope", "openid admin"))));

        Assert.That(OidcClient.Parameter(same, "code"), Is.Not.Null);
        Assert.That(more.Text, Does.Contain("It will be allowed to see:"));
        Assert.That((forbidden.Status, unknown.Status), Is.EqualTo((HttpStatusCode.BadRequest, HttpStatusCode.BadRequest)));
        Assert.That((forbidden.Text.Contains("invalid_request"), unknown.Text.Contains("invalid_scope")), Is.EqualTo((true, true)), forbidden.Text);
    }

    [Test]
    public async Task Another_site_cannot_sign_a_browser_out()
    {
        using var party = await OidcClient.CreateAsync(App);
        using var browser = await PageClient.SignInAsync(App, await App.CreateUserAsync());
        using var elsewhere = await PageClient.SignInAsync(App, await App.CreateUserAsync());
        var (mine, foreign) = (await party.SignInAsync(browser), await party.SignInAsync(elsewhere));
        string Url(string? hint) => $"/connect/logout?client_id={party.ClientId}&post_logout_redirect_uri={Uri.EscapeDataString(OidcClient.SignedOut)}&state=s{(hint is null ? "" : $"&id_token_hint={hint}")}";

        var (without, others) = (await browser.GetAsync(Url(null)), await browser.GetAsync(Url(foreign.Identity)));
        var forged = await browser.PostAsync("/connect/logout", ("client_id", party.ClientId));
        var stays = await browser.IsSignedInAsync();
        var evil = await browser.GetAsync($"/connect/logout?client_id={party.ClientId}&post_logout_redirect_uri=https%3A%2F%2Fevil.example%2F&id_token_hint={mine.Identity}");
        var still = await browser.IsSignedInAsync();
        var proper = await browser.GetAsync(Url(mine.Identity));

        Assert.That((without.Status, others.Status, forged.Status), Is.EqualTo((HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.BadRequest)), without.Text);
        Assert.That(without.Text, Does.Contain("Sign out?"));
        Assert.That((stays, still), Is.EqualTo((true, true)));
        Assert.That((evil.Status, evil.Location), Is.EqualTo((HttpStatusCode.BadRequest, (string?)null)));
        Assert.That(proper.Location, Is.EqualTo($"{OidcClient.SignedOut}?state=s"));
        Assert.That(await browser.IsSignedInAsync(), Is.False);
    }

    [Test]
    public async Task A_secret_that_is_wrong_or_missing_gives_nothing()
    {
        using var party = await OidcClient.CreateAsync(App);
        using var browser = await PageClient.SignInAsync(App, await App.CreateUserAsync());
        foreach (var secret in new[] { "wrong", null })
        {
            using var guesser = new OidcClient(App.BaseAddress, party.ClientId, secret);
            var (code, verifier) = await party.CodeAsync(browser);
            var answer = await guesser.RedeemAsync(code, verifier);
            Assert.That(answer.Json.GetProperty("error").GetString(), Is.EqualTo("invalid_client"), answer.Text);
            Assert.That((int)(await guesser.IntrospectAsync("x")).Status, Is.AnyOf(400, 401));
        }
    }

    [Test]
    public async Task Hostile_text_is_an_answer_and_no_failure()
    {
        using var party = await OidcClient.CreateAsync(App);
        foreach (var text in new[] { "\0", "\u0001", new string('x', 9_000), "a.b.c", "{}" })
        {
            foreach (var path in new[] { "/connect/token", "/connect/introspect", "/connect/revoke", "/connect/par" })
            {
                var answer = await party.PostAsync(path, ("grant_type", text), ("token", text), ("code", text), ("refresh_token", text), ("redirect_uri", text));
                Assert.That((int)answer.Status, Is.LessThan(500), $"{path}: {answer.Text}");
                Assert.That(answer.MediaType, Is.EqualTo("application/json").Or.Null, $"{path}: {answer.Text}");
            }
        }
    }
}
