using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.WebUtilities;
using WebApp.Tests.Support;

namespace WebApp.Tests.Areas.Admin;

/// <summary>What the console says that an application would get is what it gets.</summary>
public sealed class ApplicationCheckTests
{
    private PageClient admin = null!;

    private static TestApp App => TestApp.Shared;

    [SetUp]
    public async Task SignInAsync() => admin = await PageClient.SignInAsync(App, await App.CreateAdminAsync());

    [TearDown]
    public void Dispose() => admin.Dispose();

    [Test]
    public async Task The_claims_are_those_of_the_tokens_and_of_userinfo()
    {
        using var party = await OidcClient.CreateAsync(App);
        var user = await App.CreateUserAsync("Ada Lovelace");
        await App.QueryAsync<object>("UPDATE users SET language = 'de' WHERE id = $1", user.Id);
        using var browser = await PageClient.SignInAsync(App, user);
        var before = await CheckAsync(party, user.Email);
        Assert.That((Fact(before, "may"), Fact(before, "asked")), Is.EqualTo(("Yes", "Yes")));

        // As the page says that the application asks.
        var request = Fact(before, "request");
        var tokens = await party.SignInAsync(browser, ("scope", QueryHelpers.ParseQuery(new Uri(request).Query)["scope"]));
        var info = (await party.UserInfoAsync(tokens.Access)).Json;
        var after = await CheckAsync(party, user.Email);

        var claims = ClaimsIn(after);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Fact(after, "asked"), Is.EqualTo("No, they have allowed all of it"));
            Assert.That(claims.Where(claim => claim.Identity).Select(claim => claim.Type), Is.EquivalentTo(Own(GrantedTokens.Payload(tokens.Identity!), "nonce", "at_hash", "azp")));
            Assert.That(claims.Where(claim => claim.Access).Select(claim => claim.Type), Is.EquivalentTo(Own(GrantedTokens.Payload(tokens.Access), "client_id", "scope", "jti", "oi_au_id", "oi_tkn_id", "oi_prst")));
            Assert.That(claims.Where(claim => claim.UserInfo).Select(claim => claim.Type), Is.EquivalentTo(Own(info)));
            foreach (var claim in claims.Where(claim => claim.UserInfo && info.GetProperty(claim.Type).ValueKind == JsonValueKind.String))
            {
                Assert.That(claim.Value, Is.EqualTo(info.GetProperty(claim.Type).GetString()), claim.Type);
            }
        }
    }

    [Test]
    public async Task It_says_who_may_not_sign_in_and_why()
    {
        using var party = await OidcClient.CreateAsync(App, OidcClient.Settings with { AllowedRoles = ["admin"], IsTrusted = true, IdTokenAlgorithm = "RS256" });
        var user = await App.CreateUserAsync();
        var own = await CheckAsync(party, "");
        Assert.That((Fact(own, "may"), Fact(own, "asked"), Fact(own, "algorithm")), Is.EqualTo(("Yes", "No, the application is trusted", "RS256")), "for the administrator");
        Assert.That(Fact(await CheckAsync(party, user.Email), "may"), Does.StartWith("No: they have none of its roles"));

        using var open = await OidcClient.CreateAsync(App);
        await App.QueryAsync<object>("UPDATE users SET email_confirmed = false WHERE id = $1", user.Id);
        Assert.That(Fact(await CheckAsync(open, user.Email), "may"), Does.Contain("not confirmed"));
        await App.QueryAsync<object>("UPDATE users SET email_confirmed = true, lockout_end = now() + interval '1000 years', lockout_enabled = true WHERE id = $1", user.Id);
        Assert.That(Fact(await CheckAsync(open, user.Email), "may"), Does.Contain("locked"));
        await App.QueryAsync<object>("UPDATE users SET lockout_end = null, deletion_requested_at = now() WHERE id = $1", user.Id);
        Assert.That(Fact(await CheckAsync(open, user.Email), "may"), Does.Contain("awaits deletion"));
        Assert.That((await CheckAsync(open, "nobody@example.org")).Text, Does.Contain("There is no account with this address.").And.Not.Contain("data-may"));
    }

    [TestCase(OidcClient.Callback, "Codes may be sent to it.")]
    [TestCase(OidcClient.SignedOut, "Browsers may return to it after signing out.")]
    [TestCase("http://grafana.example.org/login/callback/?tenant=1", "Allowed is <code>https://grafana.example.org/login/callback?tenant=1</code>.")]
    [TestCase("https://evil.example.org/", "It is not among the addresses of this application.")]
    [TestCase("javascript:alert(1)", "It is not among the addresses of this application.")]
    public async Task It_says_whether_an_address_is_allowed(string address, string said)
    {
        using var party = await OidcClient.CreateAsync(App);
        var page = await admin.GetAsync($"/admin/applications/{party.ClientId}/check?address={Uri.EscapeDataString(address)}");
        Assert.That(page.Body, Does.Contain(said));
        using var browser = await PageClient.SignInAsync(App, await App.CreateUserAsync());
        var real = await browser.GetAsync(party.AuthorizeUrl(OidcClient.NewVerifier(), ("redirect_uri", address)));
        Assert.That(real.Status == HttpStatusCode.OK, Is.EqualTo(said.StartsWith("Codes", StringComparison.Ordinal)), "as the provider decides");
    }

    [Test]
    public async Task A_service_account_has_no_request()
    {
        using var party = await OidcClient.CreateAsync(App, new("Job", IsPublic: false, IsTrusted: false) { IsService = true });
        Assert.That((await CheckAsync(party, "")).Text, Does.Contain("None: nobody signs in to it."));
    }

    [Test]
    public async Task Whoever_may_not_see_users_checks_it_for_themselves_only_and_nothing_is_written()
    {
        using var party = await OidcClient.CreateAsync(App);
        var (keeper, _) = await App.CreateUserWithAsync("clients.write");
        var other = await App.CreateUserAsync("Grace Hopper");
        using var browser = await PageClient.SignInAsync(App, keeper);
        var events = await EventsAsync(keeper, other);

        var page = (await browser.GetAsync($"/admin/applications/{party.ClientId}/check?email={Uri.EscapeDataString(other.Email)}")).Text;
        Assert.That(page, Does.Contain(keeper.Email).And.Not.Contain("Grace").And.Not.Contain(other.Email).And.Not.Contain("name=\"email\""));
        Assert.That((await admin.GetAsync($"/admin/applications/{party.ClientId}/check?email={Uri.EscapeDataString(other.Email)}")).Text, Does.Contain("Grace"));
        Assert.That(await EventsAsync(keeper, other), Is.EqualTo(events));
    }

    [Test]
    public async Task An_application_that_there_is_not_is_not_found() =>
        Assert.That((await admin.GetAsync("/admin/applications/nothing/check")).Status, Is.EqualTo(HttpStatusCode.NotFound));

    private Task<Answer> CheckAsync(OidcClient party, string email) => admin.GetAsync($"/admin/applications/{party.ClientId}/check?email={Uri.EscapeDataString(email)}");

    private static Task<long> EventsAsync(TestUser one, TestUser other) =>
        App.QueryAsync<long>("SELECT count(*) + (SELECT count(*) FROM application_tokens WHERE subject IN ($1::text, $2::text)) FROM security_events WHERE user_id IN ($1, $2)", one.Id, other.Id);

    private static string Fact(Answer page, string name) =>
        Regex.Match(page.Body, $@"<(\w+) data-{name}>(.*?)</\1>", RegexOptions.Singleline) is { Success: true } found ? WebUtility.HtmlDecode(found.Groups[2].Value) : throw new AssertionException($"No {name} in {page.Text}");

    private static (string Type, string Value, bool Identity, bool UserInfo, bool Access)[] ClaimsIn(Answer page) =>
    [
        .. Regex.Matches(page.Body, "<tr data-claim=\"(\\w+)\">(.*?)</tr>", RegexOptions.Singleline).Select(row =>
        {
            string[] cells = [.. Regex.Matches(row.Groups[2].Value, "<td[^>]*>(.*?)</td>", RegexOptions.Singleline).Select(cell => WebUtility.HtmlDecode(Regex.Replace(cell.Groups[1].Value, "<[^>]+>", "")).Trim())];
            return (row.Groups[1].Value, cells[0], cells[1] == "Yes", cells[2] == "Yes", cells[3] == "Yes");
        }),
    ];

    // Without what every token has, whoever it is for.
    private static IEnumerable<string> Own(JsonElement json, params string[] more) => Answer.Members(json).Except(["iss", "aud", "exp", "iat", .. more]);
}
