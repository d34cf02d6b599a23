using System.Net;
using System.Text.RegularExpressions;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.Applications;

/// <summary>Apache with mod_auth_openidc as an application, by the directives of <c>docs/single-sign-on.md</c>.</summary>
[Category("Process")]
public sealed partial class ApacheTests
{
    private static TestApp App => TestApp.Shared;

    [Test]
    public async Task Someone_signs_in_refreshes_and_is_signed_out_when_their_session_ends()
    {
        // Tokens live shorter than that, so that each page refreshes.
        await using var site = await StartAsync(("BeforeExpiry 300", "BeforeExpiry 36000"));
        var user = await App.CreateUserAsync("Ada Lovelace");
        using var browser = new PageClient(site.Address, navigates: true);
        using var accounts = await PageClient.SignInAsync(App, user);

        await SignInAsync(browser, accounts, site);
        var first = await browser.GetAsync("/private/");
        var second = await browser.GetAsync("/private/");
        Assert.That((first.Status, first.Headers["X-Seen-User"], first.Headers["X-Seen-Name"]), Is.EqualTo((HttpStatusCode.OK, user.Id.ToString(), "Ada Lovelace")), site.Log);
        Assert.That(second.Headers["X-Seen-Token"], Is.Not.EqualTo(first.Headers["X-Seen-Token"]), "refreshed");

        var api = new ApiClient(App);
        await api.PostAsync("/auth/logout-everywhere", null, (await api.LoginAsync(user)).Access);
        Assert.That((await browser.GetAsync("/private/")).Headers.GetValueOrDefault("X-Seen-User", ""), Is.Empty, "The module's page says that the user is signed out.");
        Assert.That((await accounts.GetAsync(PathOf(await browser.GetAsync("/private/")))).Location, Does.StartWith("/login"), "who is signed out everywhere signs in again");
    }

    [Test]
    public async Task Someone_signs_out_of_both()
    {
        await using var site = await StartAsync();
        using var browser = new PageClient(site.Address, navigates: true);
        using var accounts = await PageClient.SignInAsync(App, await App.CreateUserAsync());
        await SignInAsync(browser, accounts, site);

        var leaving = await browser.GetAsync($"/private/callback?logout={Uri.EscapeDataString(site.Address.AbsoluteUri)}");
        var left = await accounts.GetAsync(PathOf(leaving));

        Assert.That(left.Location, Does.StartWith(site.Address.AbsoluteUri), left.Text);
        Assert.That((await browser.GetAsync("/private/")).Status, Is.EqualTo(HttpStatusCode.Found));
        Assert.That(await accounts.IsSignedInAsync(), Is.False);
    }

    [Test]
    public async Task A_session_that_ends_elsewhere_is_ended_there_by_back_channel_logout()
    {
        // Without refreshes: only the logout token says it.
        await using var site = await StartAsync(("OIDCRefreshAccessTokenBeforeExpiry 300 logout_on_error", ""));
        var user = await App.CreateUserAsync();
        using var browser = new PageClient(site.Address, navigates: true);
        using var accounts = await PageClient.SignInAsync(App, user);
        await SignInAsync(browser, accounts, site);
        Assert.That((await browser.GetAsync("/private/")).Status, Is.EqualTo(HttpStatusCode.OK), site.Log);

        await accounts.PostFormAsync("/logout");

        await Patience.UntilAsync(async () => (await browser.GetAsync("/private/")).Status == HttpStatusCode.Found);
    }

    private static async Task<Apache> StartAsync(params (string Documented, string Changed)[] changes)
    {
        var port = TestApp.FreePort();
        var site = $"http://localhost:{port}";
        using var party = await OidcClient.CreateAsync(App, OidcClient.Settings with
        {
            IsTrusted = true,
            RedirectUris = [$"{site}/private/callback"],
            PostLogoutRedirectUris = [$"{site}/"],
            BackchannelLogoutUri = $"{site}/private/callback?logout=backchannel",
        });
        var directives = Directives().Match(await File.ReadAllTextAsync(Path.Combine(TestApp.ContentRoot, "..", "docs", "single-sign-on.md"))).Groups[1].Value
            .Replace("https://accounts.example.org/", App.BaseAddress.AbsoluteUri, StringComparison.Ordinal).Replace("https://wiki.example.org", site, StringComparison.Ordinal)
            .Replace("CLIENT_ID", party.ClientId, StringComparison.Ordinal).Replace("CLIENT_SECRET", party.Secret, StringComparison.Ordinal).Replace("PASSPHRASE", Guid.NewGuid().ToString(), StringComparison.Ordinal);
        foreach (var (documented, changed) in changes)
        {
            Assert.That(directives, Does.Contain(documented));
            directives = directives.Replace(documented, changed, StringComparison.Ordinal);
        }

        return await Apache.StartAsync(port, directives);
    }

    private static async Task SignInAsync(PageClient browser, PageClient accounts, Apache site)
    {
        var sent = await browser.GetAsync("/private/");
        Assert.That(sent.Status, Is.EqualTo(HttpStatusCode.Found), $"{sent.Text}\n{site.Log}");
        var back = await accounts.GetAsync(PathOf(sent));
        Assert.That(back.Location, Does.StartWith($"{site.Address}private/callback?"), back.Text);
        var done = await browser.GetAsync(PathOf(back));
        Assert.That(done.Location, Is.EqualTo($"{site.Address}private/"), $"{done.Text}\n{site.Log}");
    }

    private static string PathOf(Answer answer) => new Uri(answer.Location!).PathAndQuery;

    [GeneratedRegex("```apache\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Directives();
}
