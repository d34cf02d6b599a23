using System.Net;
using System.Net.Http.Headers;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.Applications;

/// <summary>What the OpenID Foundation's test plans ask of a provider and no other test here covers; <c>docs/conformance.md</c> has all their modules.</summary>
public sealed class ConformanceTests
{
    private OidcClient party = null!;
    private PageClient browser = null!;
    private TestUser user = null!;

    private static TestApp App => TestApp.Shared;

    [SetUp]
    public async Task SignIn()
    {
        party = await OidcClient.CreateAsync(App, OidcClient.Settings with { IsTrusted = true });
        user = await App.CreateUserAsync("Ada Lovelace");
        browser = await PageClient.SignInAsync(App, user);
    }

    [TearDown]
    public void Dispose()
    {
        party.Dispose();
        browser.Dispose();
    }

    [TestCase("", HttpStatusCode.OK)]
    [TestCase("%20", HttpStatusCode.BadRequest)]
    [TestCase("signed-out", HttpStatusCode.BadRequest)]
    [TestCase("/signed-out", HttpStatusCode.BadRequest)]
    [TestCase("https:", HttpStatusCode.BadRequest)]
    public async Task An_address_after_signing_out_that_is_none_is_refused_before_anybody_is_asked(string address, HttpStatusCode status) =>
        Assert.That((await browser.GetAsync($"/connect/logout?client_id=&post_logout_redirect_uri={address}")).Status, Is.EqualTo(status));

    [Test]
    public async Task Userinfo_is_given_by_GET_and_by_POST_with_the_token_in_the_header_or_the_body()
    {
        var tokens = await party.SignInAsync(browser);
        using var http = App.NewClient();
        using HttpRequestMessage get = new(HttpMethod.Get, "/connect/userinfo"), post = new(HttpMethod.Post, "/connect/userinfo"), body = new(HttpMethod.Post, "/connect/userinfo");
        get.Headers.Authorization = post.Headers.Authorization = new AuthenticationHeaderValue("Bearer", tokens.Access);
        body.Content = new FormUrlEncodedContent([KeyValuePair.Create("access_token", tokens.Access)]);
        foreach (var request in new[] { get, post, body })
        {
            using var response = await http.SendAsync(request);
            var answer = await Answer.ReadAsync(response);
            Assert.That(answer.Text, Does.Contain($"\"sub\": \"{user.Id}\""), $"{request}");
        }
    }

    [Test]
    public async Task A_request_without_a_response_type_is_refused()
    {
        var answer = await browser.GetAsync(party.AuthorizeUrl(OidcClient.NewVerifier(), ("response_type", null)));
        Assert.That((answer.Status, answer.Location), Is.EqualTo((HttpStatusCode.BadRequest, (string?)null)));
    }

    [Test]
    public async Task A_request_without_a_nonce_gets_an_identity_token_without_one()
    {
        var tokens = await party.SignInAsync(browser, ("nonce", null));
        Assert.That(GrantedTokens.Payload(tokens.Identity!).TryGetProperty("nonce", out _), Is.False);
    }

    [TestCase("display", "page")]
    [TestCase("display", "popup")]
    [TestCase("ui_locales", "se")]
    [TestCase("ui_locales", "de")]
    [TestCase("claims_locales", "se")]
    [TestCase("login_hint", "ada@example.org")]
    [TestCase("acr_values", "aal1")]
    [TestCase("claims", """{"userinfo":{"name":{"essential":true}}}""")]
    [TestCase("extra", "foobar")]
    public async Task A_parameter_that_needs_no_support_changes_nothing(string name, string value)
    {
        var tokens = await party.SignInAsync(browser, (name, value));
        Assert.That((await party.UserInfoAsync(tokens.Access)).Json.GetProperty("name").GetString(), Is.EqualTo("Ada Lovelace"));
    }

    [Test]
    public async Task The_scopes_come_in_any_order_and_give_their_claims()
    {
        var tokens = await party.SignInAsync(browser, ("scope", "email profile openid"));
        var info = (await party.UserInfoAsync(tokens.Access)).Json;
        Assert.That((info.GetProperty("email").GetString(), info.GetProperty("email_verified").GetBoolean(), info.GetProperty("name").GetString()), Is.EqualTo((user.Email, true, "Ada Lovelace")));
    }

    [Test]
    public async Task A_silent_request_and_one_within_the_maximal_age_keep_the_time_of_authentication()
    {
        var first = GrantedTokens.Payload((await party.SignInAsync(browser)).Identity!);
        foreach (var changes in new (string, string?)[][] { [("prompt", "none")], [("max_age", "10000")], [("prompt", "none"), ("max_age", "10000")] })
        {
            var again = GrantedTokens.Payload((await party.SignInAsync(browser, changes)).Identity!);
            Assert.That((again.GetProperty("sub").GetString(), again.GetProperty("auth_time").GetInt64()), Is.EqualTo((first.GetProperty("sub").GetString(), first.GetProperty("auth_time").GetInt64())));
        }
    }

    [Test]
    public async Task A_hint_of_the_same_user_is_accepted_and_one_of_another_needs_a_sign_in()
    {
        var mine = await party.SignInAsync(browser);
        using var elsewhere = await PageClient.SignInAsync(App, await App.CreateUserAsync());
        var others = await party.SignInAsync(elsewhere);

        var same = await browser.GetAsync(party.AuthorizeUrl(OidcClient.NewVerifier(), ("prompt", "none"), ("id_token_hint", mine.Identity)));
        var another = await browser.GetAsync(party.AuthorizeUrl(OidcClient.NewVerifier(), ("prompt", "none"), ("id_token_hint", others.Identity)));

        Assert.That(OidcClient.Parameter(same, "code"), Is.Not.Null, same.Location);
        Assert.That(OidcClient.Parameter(another, "error"), Is.EqualTo("login_required"), another.Location);
    }

    [Test]
    public async Task A_secret_in_the_form_is_as_good_as_one_in_the_header()
    {
        var (code, verifier) = await party.CodeAsync(browser);
        using var form = new OidcClient(App.BaseAddress, party.ClientId, null);
        var answer = await form.TokenAsync(
            ("grant_type", "authorization_code"), ("code", code), ("code_verifier", verifier), ("redirect_uri", OidcClient.Callback), ("client_secret", party.Secret!));
        Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.OK), answer.Text);
    }

    [TestCase("request", "eyJhbGciOiJub25lIn0.e30.")]
    [TestCase("request_uri", "https://grafana.example.org/request.jwt")]
    public async Task A_request_object_is_refused(string name, string value)
    {
        var answer = await browser.GetAsync(party.AuthorizeUrl(OidcClient.NewVerifier(), (name, value)));
        Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.BadRequest), answer.Location);
    }

    [Test]
    public async Task A_browser_that_signs_out_with_its_identity_token_comes_back_with_the_state_it_was_given()
    {
        var tokens = await party.SignInAsync(browser);
        Assert.That((await LogoutAsync(("id_token_hint", tokens.Identity), ("post_logout_redirect_uri", OidcClient.SignedOut))).Location, Is.EqualTo(OidcClient.SignedOut));
        Assert.That(await browser.IsSignedInAsync(), Is.False);

        using var again = await PageClient.SignInAsync(App, user);
        tokens = await party.SignInAsync(again);
        Assert.That((await LogoutAsync(again, ("id_token_hint", tokens.Identity), ("post_logout_redirect_uri", OidcClient.SignedOut), ("state", "s 1"))).Location, Is.EqualTo($"{OidcClient.SignedOut}?state=s%201"));
    }

    [Test]
    public async Task Without_an_address_a_browser_that_signs_out_stays_here()
    {
        var tokens = await party.SignInAsync(browser);
        Assert.That((await LogoutAsync(("id_token_hint", tokens.Identity))).Location, Is.EqualTo("/login"));
        Assert.That(await browser.IsSignedInAsync(), Is.False);
    }

    [TestCase]
    [TestCase("state", "abc")]
    public async Task Without_an_identity_token_the_user_is_asked(params string[] field)
    {
        var answer = await LogoutAsync(field is [var name, var value] ? [(name, value)] : []);
        Assert.That((answer.Status, answer.Location), Is.EqualTo((HttpStatusCode.OK, (string?)null)));
        Assert.That(answer.Text, Does.Contain("Sign out?"));
        Assert.That(await browser.IsSignedInAsync(), Is.True);
    }

    [TestCase("https://grafana.example.org/other")]
    [TestCase(OidcClient.SignedOut + "?foo=bar")]
    public async Task An_address_after_signing_out_that_is_not_registered_is_not_followed(string address)
    {
        var tokens = await party.SignInAsync(browser);
        var answer = await LogoutAsync(("id_token_hint", tokens.Identity), ("post_logout_redirect_uri", address));
        Assert.That((answer.Status, answer.Location), Is.EqualTo((HttpStatusCode.BadRequest, (string?)null)));
        Assert.That(await browser.IsSignedInAsync(), Is.True);
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task An_identity_token_that_was_changed_or_made_by_somebody_else_signs_nobody_out(bool changed)
    {
        var tokens = await party.SignInAsync(browser);
        var parts = tokens.Identity!.Split('.');
        var forged = changed
            ? $"{parts[0]}.{parts[1]}.{(parts[2][0] == 'A' ? 'B' : 'A')}{parts[2][1..]}"
            : new JsonWebTokenHandler().CreateToken(
                Base64UrlEncoder.Decode(parts[1]), new SigningCredentials(new SymmetricSecurityKey(new byte[64]), SecurityAlgorithms.HmacSha256));

        var answer = await LogoutAsync(("id_token_hint", forged), ("post_logout_redirect_uri", OidcClient.SignedOut));

        Assert.That(answer.Location, Is.Null, answer.Text);
        Assert.That(await browser.IsSignedInAsync(), Is.True);
    }

    private Task<Answer> LogoutAsync(params (string Name, string? Value)[] fields) => LogoutAsync(browser, fields);

    private static Task<Answer> LogoutAsync(PageClient client, params (string Name, string? Value)[] fields) =>
        client.GetAsync("/connect/logout?" + string.Join('&', fields.Select(field => $"{field.Name}={Uri.EscapeDataString(field.Value!)}")));
}
