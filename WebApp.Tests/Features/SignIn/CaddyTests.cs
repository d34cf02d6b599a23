using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using WebApp.Features.SignIn.Sites;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.SignIn;

/// <summary>Real Caddy with the very configuration of docs/forward-auth.md, before an application that shows what it was sent.</summary>
[Category("Process")]
public sealed partial class CaddyTests
{
    private const string OtherSite = "http://other.example.org";

    private Echo wiki = null!;
    private TestApp accounts = null!;
    private Caddy? caddy;
    private Caddy? careless;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        var (site, second) = (TestApp.FreePort(), TestApp.FreePort());
        wiki = await Echo.StartAsync();
        accounts = await TestApp.StartNamedAsync(
            settings: [$"ForwardAuth:Sites:0=http://127.0.0.1:{site}", $"ForwardAuth:Sites:1=http://127.0.0.1:{second}", $"ForwardAuth:Sites:2={OtherSite}"]);
        caddy = await Caddy.StartAsync(site, Documented(site));
        careless = await Caddy.StartAsync(second, Documented(second).Replace("header_up -X-Original-URL", "", StringComparison.Ordinal));
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        foreach (var process in new[] { caddy, careless })
        {
            if (process is not null)
            {
                await process.DisposeAsync();
            }
        }

        await accounts.DisposeAsync();
        await wiki.DisposeAsync();
    }

    [Test]
    public async Task A_browser_is_sent_to_sign_in_and_lands_on_the_page_it_wanted()
    {
        var user = await accounts.CreateUserAsync("Zoë");
        using var browser = new PageClient(caddy!.Address, navigates: true);
        var answer = (await browser.EnterAsync(user, new(caddy.Address, "/page?a=1"))).Body;
        Assert.That(answer.Split('\n')[0], Is.EqualTo("GET /page?a=1"));
        Assert.That(Echo.Header(answer, "remote-user"), Is.EqualTo(user.Id.ToString()));
        Assert.That(Echo.Header(answer, "remote-name"), Is.EqualTo("Zo%C3%AB"));
        Assert.That(browser.Cookies.Keys, Is.EquivalentTo(["site", "site-entry"]));
    }

    [Test]
    public async Task A_program_comes_in_by_token_and_cannot_say_who_it_is()
    {
        var user = await accounts.CreateUserAsync();
        var tokens = await new ApiClient(accounts).LoginAsync(user);
        foreach (var name in new[] { "Remote-User", "remote-user", "Remote_User", "REMOTE_USER" })
        {
            var (status, text) = await CallAsync(caddy!, $"{name}: forged", $"Authorization: Bearer {tokens.Access}");
            Assert.That(status, Is.EqualTo(200), text);
            Assert.That(Echo.Header(text, "remote-user"), Is.EqualTo(user.Id.ToString()));
            Assert.That(text, Does.Not.Contain("forged"), name);
            Assert.That(Echo.Headers(text, "authorization"), Is.Empty);
        }
    }

    [Test]
    public async Task A_pass_for_one_site_does_not_open_another_whatever_page_the_client_names()
    {
        var (session, _) = await accounts.OpenBrowserSessionAsync(await accounts.CreateUserAsync());
        var passes = accounts.Services.GetRequiredService<SitePasses>();
        var other = $"Cookie: site={passes.Seal(new SitePass(session, OtherSite))}";
        foreach (var header in new[] { $"X-Original-URL: {OtherSite}/", "X-Forwarded-Host: other.example.org", "X-Forwarded-Uri: http://other.example.org/", "Accept: */*" })
        {
            Assert.That((await CallAsync(caddy!, header, other)).Status, Is.EqualTo(401), header);
            Assert.That((await CallAsync(careless!, header, other)).Status, Is.AnyOf(400, 401), $"where the configuration forgets to clear the header: {header}");
        }

        var own = $"Cookie: site={passes.Seal(new SitePass(session, caddy!.Address.GetLeftPart(UriPartial.Authority)))}";
        Assert.That((await CallAsync(caddy, $"X-Original-URL: {OtherSite}/", own)).Status, Is.EqualTo(200));
    }

    private static Task<(int Status, string Text)> CallAsync(Caddy through, params string[] headers) =>
        RawHttp.SendAsync(through.Address, "GET /page", "", [$"Host: {through.Address.Authority}", "Sec-Fetch-Mode: cors", .. headers]);

    private string Documented(int port)
    {
        var page = File.ReadAllText(Path.Combine(TestApp.ContentRoot, "..", "docs", "forward-auth.md"));
        return Snippet().Match(page).Groups[1].Value
            .Replace("wiki.example.org {", $"http://127.0.0.1:{port} {{", StringComparison.Ordinal)
            .Replace("127.0.0.1:5000", $"127.0.0.1:{accounts.BaseAddress.Port}", StringComparison.Ordinal)
            .Replace("127.0.0.1:8080", $"127.0.0.1:{wiki.Port}", StringComparison.Ordinal);
    }

    [GeneratedRegex("```caddyfile\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Snippet();
}
