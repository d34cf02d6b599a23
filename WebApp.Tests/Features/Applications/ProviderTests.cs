using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using WebApp.Features.Applications;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.Applications;

/// <summary>The OpenID Connect provider, as an application sees it.</summary>
public sealed class ProviderTests
{
    private static TestApp App => TestApp.Shared;

    private static string Issuer => App.BaseAddress.AbsoluteUri;

    [Test]
    public async Task The_discovery_document_says_what_is_offered_and_nothing_more()
    {
        using var party = await OidcClient.CreateAsync(App);

        var answer = await party.GetAsync("/.well-known/openid-configuration");

        Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.OK), answer.Text);
        string Path(string name) => new Uri(answer.Json.GetProperty(name).GetString()!).AbsolutePath;
        string[] List(string name) => [.. answer.Json.GetProperty(name).EnumerateArray().Select(item => item.GetString()!)];
        Assert.Multiple(() =>
        {
            Assert.That(answer.Json.GetProperty("issuer").GetString(), Is.EqualTo(Issuer));
            Assert.That(Path("authorization_endpoint"), Is.EqualTo("/connect/authorize"));
            Assert.That(Path("token_endpoint"), Is.EqualTo("/connect/token"));
            Assert.That(Path("userinfo_endpoint"), Is.EqualTo("/connect/userinfo"));
            Assert.That(Path("end_session_endpoint"), Is.EqualTo("/connect/logout"));
            Assert.That(Path("introspection_endpoint"), Is.EqualTo("/connect/introspect"));
            Assert.That(Path("revocation_endpoint"), Is.EqualTo("/connect/revoke"));
            Assert.That(Path("pushed_authorization_request_endpoint"), Is.EqualTo("/connect/par"));
            Assert.That(Path("jwks_uri"), Is.EqualTo("/.well-known/jwks"));
            Assert.That(List("response_types_supported"), Is.EqualTo(new[] { "code" }));
            Assert.That(List("response_modes_supported"), Is.EqualTo(new[] { "query" }));
            Assert.That(List("code_challenge_methods_supported"), Is.EqualTo(new[] { "S256" }));
            Assert.That(List("id_token_signing_alg_values_supported"), Is.EqualTo(new[] { "ES256", "RS256" }));
            Assert.That(List("grant_types_supported"), Is.EquivalentTo(new[] { "authorization_code", "refresh_token", "client_credentials" }));
            Assert.That(List("acr_values_supported"), Is.EqualTo(new[] { "aal1", "aal2" }));
            Assert.That(List("ui_locales_supported"), Is.EqualTo(new[] { "en", "de" }));
            Assert.That(List("claims_supported"), Is.SupersetOf(new[] { "name", "locale", "zoneinfo" }));
            Assert.That(answer.Json.GetProperty("authorization_response_iss_parameter_supported").GetBoolean(), Is.True);
            Assert.That(answer.Json.GetProperty("backchannel_logout_supported").GetBoolean(), Is.True);
        });
    }

    [Test]
    public async Task A_code_gives_tokens_with_what_the_user_allowed()
    {
        var user = await App.CreateUserAsync("Ada Lovelace");
        using var party = await OidcClient.CreateAsync(App);
        using var browser = await PageClient.SignInAsync(App, user);
        var verifier = OidcClient.NewVerifier();

        var back = await party.AuthorizeAsync(browser, verifier);
        var tokens = GrantedTokens.From(await party.RedeemAsync(OidcClient.Parameter(back, "code")!, verifier));
        var info = await party.UserInfoAsync(tokens.Access);

        var (identity, access) = (GrantedTokens.Payload(tokens.Identity!), GrantedTokens.Payload(tokens.Access));
        Assert.Multiple(() =>
        {
            Assert.That(back.Location, Does.StartWith(OidcClient.Callback + "&"));
            Assert.That(OidcClient.Parameter(back, "state"), Is.EqualTo("abc"));
            Assert.That(OidcClient.Parameter(back, "iss"), Is.EqualTo(Issuer));
            Assert.That(GrantedTokens.Header(tokens.Identity!).GetProperty("alg").GetString(), Is.EqualTo("ES256"));
            Assert.That(GrantedTokens.Header(tokens.Access).GetProperty("typ").GetString(), Is.EqualTo("at+jwt"));
            Assert.That(identity.GetProperty("sub").GetString(), Is.EqualTo(user.Id.ToString()));
            Assert.That(identity.GetProperty("aud").GetString(), Is.EqualTo(party.ClientId));
            Assert.That(identity.GetProperty("iss").GetString(), Is.EqualTo(Issuer));
            Assert.That(identity.GetProperty("nonce").GetString(), Is.EqualTo("n-1"));
            Assert.That(identity.GetProperty("name").GetString(), Is.EqualTo("Ada Lovelace"));
            Assert.That(identity.GetProperty("email").GetString(), Is.EqualTo(user.Email));
            Assert.That(identity.GetProperty("email_verified").GetBoolean(), Is.True);
            Assert.That(identity.GetProperty("acr").GetString(), Is.EqualTo("aal1"));
            Assert.That(identity.GetProperty("amr").EnumerateArray().Select(way => way.GetString()), Is.EqualTo(new[] { "pwd" }));
            Assert.That(identity.GetProperty("auth_time").GetInt64(), Is.EqualTo(App.Clock.GetUtcNow().ToUnixTimeSeconds()).Within(60));
            Assert.That(Answer.Members(identity).Where(name => name.StartsWith("oi_", StringComparison.Ordinal)), Is.Empty);
            Assert.That(access.TryGetProperty("email", out _), Is.False);
            Assert.That(access.GetProperty("sid").GetString(), Is.EqualTo(identity.GetProperty("sid").GetString()));
            Assert.That(info.Status, Is.EqualTo(HttpStatusCode.OK), info.Text);
            Assert.That(Answer.Members(info.Json), Is.EquivalentTo(new[] { "sub", "iss", "name", "preferred_username", "email", "email_verified" }));
            Assert.That(info.Json.GetProperty("sub").GetString(), Is.EqualTo(user.Id.ToString()));
        });
    }

    [Test]
    public async Task The_tokens_of_an_application_that_knows_only_RS256_are_signed_so()
    {
        using var receiver = new LogoutReceiver();
        using var party = await OidcClient.CreateAsync(App, OidcClient.Settings with { IdTokenAlgorithm = "RS256", BackchannelLogoutUri = receiver.Address });
        using var browser = await PageClient.SignInAsync(App, await App.CreateUserAsync());
        var tokens = await party.SignInAsync(browser);
        var refreshed = GrantedTokens.From(await party.RefreshAsync(tokens.Refresh!));
        var silent = await browser.GetAsync(party.AuthorizeUrl(OidcClient.NewVerifier(), ("prompt", "none"), ("id_token_hint", tokens.Identity)));
        await browser.PostFormAsync("/logout");
        var logout = await receiver.NextAsync();

        var keys = new JsonWebKeySet((await party.GetAsync("/.well-known/jwks")).Body).GetSigningKeys();
        Assert.That(OidcClient.Parameter(silent, "code"), Is.Not.Null, "its own hint is known again");
        Assert.That(GrantedTokens.Header(tokens.Access).GetProperty("alg").GetString(), Is.EqualTo("ES256"));
        foreach (var token in new[] { tokens.Identity!, refreshed.Identity!, logout })
        {
            var read = await new JsonWebTokenHandler().ValidateTokenAsync(
                token, new() { ValidIssuer = Issuer, ValidAudience = party.ClientId, IssuerSigningKeys = keys, ValidAlgorithms = ["RS256"] });
            Assert.That(read.IsValid, Is.True, read.Exception?.Message);
        }
    }

    [Test]
    public async Task A_key_for_RS256_is_published_once_an_application_needs_it_and_turns_with_the_others()
    {
        await using var app = await TestApp.StartAsync();
        using var usual = await OidcClient.CreateAsync(app);
        var before = await KeyTypesAsync();
        using var old = await OidcClient.CreateAsync(app, OidcClient.Settings with { IdTokenAlgorithm = "RS256" });
        var needed = await KeyTypesAsync();
        await app.Services.GetRequiredService<ApplicationKeys>().MaintainAsync(CancellationToken.None, rotate: true);
        var turned = await KeyTypesAsync();

        Assert.That(before, Is.EqualTo(["EC"]));
        Assert.That(needed, Is.EqualTo(["EC", "RSA"]));
        Assert.That(turned, Is.EqualTo(["EC", "EC", "RSA", "RSA"]));

        async Task<string?[]> KeyTypesAsync() =>
            [.. (await usual.GetAsync("/.well-known/jwks")).Json.GetProperty("keys").EnumerateArray().Select(key => key.GetProperty("kty").GetString()).Order()];
    }

    [Test]
    public async Task A_refresh_gives_new_tokens_and_the_user_as_they_are_now()
    {
        var user = await App.CreateUserAsync("Ada");
        using var party = await OidcClient.CreateAsync(App);
        using var browser = await PageClient.SignInAsync(App, user);
        var first = await party.SignInAsync(browser);
        await App.QueryAsync<object>("UPDATE users SET display_name = 'Countess' WHERE id = $1", user.Id);

        await Patience.UntilAsync(async () => (await party.UserInfoAsync(first.Access)).Json.GetProperty("name").GetString() == "Countess");
        var second = GrantedTokens.From(await party.RefreshAsync(first.Refresh!));

        Assert.That(GrantedTokens.Payload(second.Identity!).GetProperty("name").GetString(), Is.EqualTo("Countess"));
        Assert.That(second.Refresh, Is.Not.Null.And.Not.EqualTo(first.Refresh));
    }

    [Test]
    public async Task The_language_and_the_time_zone_that_a_user_has_set_belong_to_their_profile()
    {
        var user = await App.CreateUserAsync("Ada");
        using var party = await OidcClient.CreateAsync(App);
        using var browser = await PageClient.SignInAsync(App, user);
        await browser.SubmitAsync("/account/profile", ("DisplayName", "Ada"), ("Language", "de"), ("TimeZone", "Europe/Berlin"));

        var tokens = await party.SignInAsync(browser);
        var small = await party.SignInAsync(browser, ("scope", "openid email"));
        var identity = GrantedTokens.Payload(tokens.Identity!);
        Assert.That((identity.GetProperty("locale").GetString(), identity.GetProperty("zoneinfo").GetString()), Is.EqualTo(("de", "Europe/Berlin")));
        Assert.That(Answer.Members(GrantedTokens.Payload(tokens.Access)), Has.None.EqualTo("locale").And.None.EqualTo("zoneinfo"));
        Assert.That(Answer.Members((await party.UserInfoAsync(small.Access)).Json), Has.None.EqualTo("locale"));
        var info = (await party.UserInfoAsync(tokens.Access)).Json;
        Assert.That((info.GetProperty("locale").GetString(), info.GetProperty("zoneinfo").GetString()), Is.EqualTo(("de", "Europe/Berlin")));

        await browser.SubmitAsync("/account/profile", ("DisplayName", "Ada"), ("Language", ""), ("TimeZone", ""));
        await Patience.UntilAsync(async () => !(await party.UserInfoAsync(tokens.Access)).Json.TryGetProperty("locale", out _));
        var refreshed = GrantedTokens.From(await party.RefreshAsync(tokens.Refresh!));
        Assert.That(Answer.Members(GrantedTokens.Payload(refreshed.Identity!)), Has.None.EqualTo("locale").And.None.EqualTo("zoneinfo"));
    }

    [Test]
    public async Task Someone_who_is_signed_out_signs_in_and_comes_back()
    {
        var user = await App.CreateUserAsync();
        using var party = await OidcClient.CreateAsync(App, OidcClient.Settings with { IsTrusted = true });
        using var browser = new PageClient(App);

        var sent = await browser.GetAsync(party.AuthorizeUrl(OidcClient.NewVerifier(), ("login_hint", user.Email)));
        var form = await browser.GetAsync(sent.Location!);
        var signedIn = await browser.SubmitAsync(sent.Location!, "/login", ("Email", user.Email), ("Password", user.Password), ("ReturnUrl", ReturnUrl(sent)));
        var page = await browser.GetAsync(signedIn.Location!);
        var next = System.Text.RegularExpressions.Regex.Match(page.Text, "content=\"0;url=([^\"]+)\"").Groups[1].Value;
        var back = await browser.GetAsync(next);

        Assert.That(form.Text, Does.Contain($"value=\"{user.Email}\"").And.Contain("to continue to <strong><bdi>Grafana</bdi></strong>"));
        Assert.That(signedIn.Location, Does.StartWith("/connect/continue?"), signedIn.Text);
        Assert.That(OidcClient.Parameter(back, "code"), Is.Not.Null, back.Location ?? back.Text);
    }

    [Test]
    public async Task A_silent_request_never_shows_a_page()
    {
        using var party = await OidcClient.CreateAsync(App);
        using var stranger = new PageClient(App);
        using var browser = await PageClient.SignInAsync(App, await App.CreateUserAsync());
        var silent = party.AuthorizeUrl(OidcClient.NewVerifier(), ("prompt", "none"));

        var (unknown, unasked) = (await stranger.GetAsync(silent), await browser.GetAsync(silent));
        await party.SignInAsync(browser);
        var allowed = await browser.GetAsync(silent);

        Assert.That(OidcClient.Parameter(unknown, "error"), Is.EqualTo("login_required"));
        Assert.That(OidcClient.Parameter(unasked, "error"), Is.EqualTo("consent_required"));
        Assert.That(OidcClient.Parameter(allowed, "code"), Is.Not.Null, allowed.Location);
    }

    [Test]
    public async Task Nobody_pushes_a_request_in_the_name_of_a_public_application()
    {
        using var party = await OidcClient.CreateAsync(App, OidcClient.Settings with { IsPublic = true });
        var fields = Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(party.AuthorizeUrl(OidcClient.NewVerifier())["/connect/authorize".Length..]);

        var pushed = await party.PostAsync("/connect/par", [.. fields.Where(field => field.Key != "client_id").Select(field => (field.Key, field.Value.ToString()))]);

        Assert.That(pushed.Json.GetProperty("error").GetString(), Is.EqualTo("unauthorized_client"), pushed.Text);
    }

    [Test]
    public async Task A_pushed_request_is_kept_on_the_way_through_the_login_page()
    {
        var user = await App.CreateUserAsync();
        using var party = await OidcClient.CreateAsync(App);
        using var browser = new PageClient(App);
        var verifier = OidcClient.NewVerifier();
        var fields = Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(party.AuthorizeUrl(verifier)["/connect/authorize".Length..]);
        var pushed = await party.PostAsync("/connect/par", [.. fields.Select(field => (field.Key, field.Value.ToString()))]);
        Assert.That(pushed.Status, Is.EqualTo(HttpStatusCode.Created).Or.EqualTo(HttpStatusCode.OK), pushed.Text);

        var sent = await browser.GetAsync($"/connect/authorize?client_id={party.ClientId}&request_uri={Uri.EscapeDataString(pushed.Json.GetProperty("request_uri").GetString()!)}");
        var signedIn = await browser.SubmitAsync(sent.Location!, "/login", ("Email", user.Email), ("Password", user.Password), ("ReturnUrl", ReturnUrl(sent)));
        var page = await browser.GetAsync(signedIn.Location!.Replace("/connect/continue", "/connect/authorize", StringComparison.Ordinal));
        var back = await OidcClient.DecideAsync(browser, page, "allow");

        Assert.That(OidcClient.Parameter(back, "code"), Is.Not.Null, $"{back.Location} {page.Text}");
        Assert.That((await party.RedeemAsync(OidcClient.Parameter(back, "code")!, verifier)).Status, Is.EqualTo(HttpStatusCode.OK));
    }

    private static string ReturnUrl(Answer sent) => OidcClient.Parameter(sent, "returnUrl")!;
}
