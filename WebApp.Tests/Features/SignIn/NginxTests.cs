using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using WebApp.Features.SignIn.Sites;
using WebApp.Tests.Pages;
using WebApp.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace WebApp.Tests.Features.SignIn;

/// <summary>Real nginx with the very configuration of docs/forward-auth.md, before an application that tells what it was sent.</summary>
[Category("Process")]
[Category("Browser")]
public sealed partial class NginxTests
{
    private static readonly string[] Identity = ["remote-user", "remote-email", "remote-name", "remote-groups"];

    private Echo wiki = null!;
    private TestApp accounts = null!;
    private Nginx? nginx;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        // The service has a name and the site a number: two hosts to a browser, which keeps their cookies apart.
        var site = TestApp.FreePort();
        wiki = await Echo.StartAsync();
        accounts = await TestApp.StartNamedAsync(settings: $"ForwardAuth:Sites:0=http://127.0.0.1:{site}");
        nginx = await Nginx.StartAsync(site, Documented(site, accounts.BaseAddress.Port, wiki.Port));
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        if (nginx is not null)
        {
            await nginx.DisposeAsync();
        }

        await accounts.DisposeAsync();
        await wiki.DisposeAsync();
    }

    [Test]
    public async Task A_browser_is_sent_to_sign_in_and_lands_on_the_page_it_wanted()
    {
        var user = await accounts.CreateUserAsync("Zoë, \"the\" Ünsinn 100%");
        using var browser = new PageClient(nginx!.Address, navigates: true);
        var answer = (await browser.EnterAsync(user, new(nginx.Address, "/page?a=1&b=%2F"))).Body;
        Assert.That(answer.Split('\n')[0], Is.EqualTo("GET /page?a=1&b=%2F"));
        Assert.That(Echo.Header(answer, "remote-user"), Is.EqualTo(user.Id.ToString()));
        Assert.That(Echo.Header(answer, "remote-email"), Is.EqualTo(user.Email));
        Assert.That(Echo.Header(answer, "remote-name"), Is.EqualTo("Zo%C3%AB, \"the\" %C3%9Cnsinn 100%25"));
        Assert.That(Uri.UnescapeDataString(Echo.Header(answer, "remote-name")), Is.EqualTo("Zoë, \"the\" Ünsinn 100%"));
        Assert.That(Echo.Header(answer, "remote-groups"), Is.EqualTo("user"));
        Assert.That(browser.Cookies.Keys, Is.EquivalentTo(["site", "site-entry"]), "The session's own cookie never comes to the site.");
    }

    [Test]
    public async Task In_a_real_browser_the_way_there_and_back_needs_no_hand()
    {
        var user = await accounts.CreateUserAsync("Ada");
        await using var tab = await Chromium.OpenAsync(app: accounts);
        await tab.Page.GotoAsync(new Uri(nginx!.Address, "/page").ToString());
        await tab.IsAtAsync("/login");
        await new LoginPage(tab).SignInAsync(user.Email, user.Password);
        await Expect(tab.Page).ToHaveURLAsync(new Uri(nginx.Address, "/page").ToString());
        await Expect(tab.Page.Locator("body")).ToContainTextAsync($"remote-user: {user.Id}");

        // At another time, signed in already: no page stops them.
        await tab.Page.Context.ClearCookiesAsync(new() { Name = "site" });
        await tab.Page.GotoAsync(new Uri(nginx.Address, "/other").ToString());
        await Expect(tab.Page).ToHaveURLAsync(new Uri(nginx.Address, "/other").ToString());
    }

    [Test]
    public async Task A_program_is_admitted_by_token_and_gets_401_without_one()
    {
        var user = await accounts.CreateUserAsync("Ada");
        var tokens = await new ApiClient(accounts).LoginAsync(user);
        var (status, text) = await CallAsync("GET /page", $"Authorization: Bearer {tokens.Access}");
        Assert.That(status, Is.EqualTo(200));
        Assert.That(Echo.Header(text, "remote-user"), Is.EqualTo(user.Id.ToString()));
        Assert.That(Echo.Headers(text, "authorization"), Is.Empty, "The application does not get the token.");

        foreach (var (request, header) in new[] { ("GET /", "Accept: */*"), ("GET /", "Sec-Fetch-Mode: cors"), ("POST /form", "Accept: text/html"), ("GET /", $"Authorization: Bearer {tokens.Refresh}") })
        {
            Assert.That((await CallAsync(request, header)).Status, Is.EqualTo(401), $"{request} {header}");
        }
    }

    [Test]
    public async Task A_client_cannot_say_who_it_is()
    {
        var user = await accounts.CreateUserAsync(); // Without a display name: the header holds the address.
        var tokens = await new ApiClient(accounts).LoginAsync(user);
        string[] forged =
        [
            .. Identity.SelectMany(name => new[] { $"{name}: forged", $"{name.ToUpperInvariant()}: forged", $"{name.Replace('-', '_')}: forged", $"{name} : forged" }),
            "Remote-User: forged", "Remote-User:", "REMOTE_USER: forged", "Remote.User: forged", "X-Original-URL: http://127.0.0.1/forged", "X-Remote-User: forged",
        ];
        foreach (var header in forged.Where(h => !h.Contains(" :", StringComparison.Ordinal)))
        {
            Assert.That((await CallAsync("GET /", header, "Accept: */*")).Status, Is.EqualTo(401), header);
        }

        var (status, text) = await CallAsync("GET /page", [.. forged.Where(h => !h.Contains(" :", StringComparison.Ordinal)), $"Authorization: Bearer {tokens.Access}"]);
        Assert.That(status, Is.EqualTo(200));
        Assert.That(Identity.Select(name => Echo.Header(text, name)), Is.EqualTo([user.Id.ToString(), user.Email, user.Email, "user"]));
        Assert.That(text.Split('\n').Where(line => Regex.IsMatch(line, "^remote[^-]", RegexOptions.IgnoreCase)), Is.Empty, "No other spelling came through.");

        // With a space before the colon it is no header (RFC 9112 5.1): nginx refuses the request, or drops the line.
        foreach (var header in forged.Where(h => h.Contains(" :", StringComparison.Ordinal)))
        {
            var odd = await CallAsync("GET /page", header, $"Authorization: Bearer {tokens.Access}");
            Assert.That(odd.Status == 400 || !odd.Text.Contains("forged", StringComparison.Ordinal), header);
        }
    }

    [Test]
    public async Task When_the_session_ends_the_next_request_is_refused()
    {
        var user = await accounts.CreateUserAsync();
        using var browser = new PageClient(nginx!.Address, navigates: true);
        await browser.EnterAsync(user, nginx.Address);
        var api = new ApiClient(accounts);
        var other = await api.LoginAsync(user);
        Assert.That((await browser.GetAsync("/again")).Status, Is.EqualTo(HttpStatusCode.OK));
        await api.DeleteAsync("/sessions", other.Access);
        Assert.That((await browser.GetAsync("/again")).Location, Does.StartWith($"{accounts.BaseAddress}login?returnUrl="));

        await api.PostAsync("/auth/logout", null, other.Access);
        Assert.That((await CallAsync("GET /", $"Authorization: Bearer {other.Access}")).Status, Is.EqualTo(401));
        Assert.That(wiki.Asked.Count(path => path == "/again"), Is.EqualTo(1));
    }

    [TestCase("Detect", 500)] // nginx makes it of any refusal it does not know.
    [TestCase("Forwarded", 401)]
    public async Task Where_nginx_forwards_the_host_a_clients_own_X_Original_URL_opens_no_other_site(string source, int status)
    {
        var port = TestApp.FreePort();
        await using var app = await TestApp.StartNamedAsync(
            settings: [$"ForwardAuth:Sites:0=http://127.0.0.1:{port}", "ForwardAuth:Sites:1=http://other.example.org", $"ForwardAuth:AddressFrom={source}"]);
        await using var proxy = await Nginx.StartAsync(port, $$"""
            server {
                listen 127.0.0.1:{{port}};
                location / {
                    auth_request /check;
                    proxy_pass http://127.0.0.1:{{wiki.Port}};
                }
                location = /check {
                    internal;
                    proxy_pass http://127.0.0.1:{{app.BaseAddress.Port}}/api/v1/forward-auth;
                    proxy_pass_request_body off;
                    proxy_set_header Content-Length "";
                    proxy_set_header X-Forwarded-Proto $scheme;
                    proxy_set_header X-Forwarded-Host $http_host;
                    proxy_set_header X-Forwarded-Uri $request_uri;
                }
            }
            """);
        var (session, _) = await app.OpenBrowserSessionAsync(await app.CreateUserAsync());
        var passes = app.Services.GetRequiredService<SitePasses>();
        async Task<int> AskAsync(string site, params string[] headers) => (await RawHttp.SendAsync(
            proxy.Address, "GET /page", "", [$"Host: {proxy.Address.Authority}", $"Cookie: site={passes.Seal(new SitePass(session, site))}", .. headers])).Status;

        Assert.That(await AskAsync("http://other.example.org", "X-Original-URL: http://other.example.org/page"), Is.EqualTo(status));
        Assert.That(await AskAsync("http://other.example.org"), Is.EqualTo(401));
        Assert.That(await AskAsync(proxy.Address.GetLeftPart(UriPartial.Authority)), Is.EqualTo(200));
    }

    [TestCase("X-Forwarded-Host: other.example.org")]
    [TestCase("X-Forwarded-Uri: /other")]
    [TestCase("X-Original-URL: http://other.example.org/page")]
    public async Task Headers_of_a_clients_own_that_name_a_page_do_not_get_past_the_documented_configuration(string header)
    {
        var tokens = await new ApiClient(accounts).LoginAsync(await accounts.CreateUserAsync());
        Assert.That((await CallAsync("GET /page", header, $"Authorization: Bearer {tokens.Access}")).Status, Is.EqualTo(200));
    }

    private Task<(int Status, string Text)> CallAsync(string request, params string[] headers) =>
        RawHttp.SendAsync(nginx!.Address, request, "", [$"Host: {nginx.Address.Authority}", .. headers]);

    private static string Documented(int port, int accounts, int wiki)
    {
        var page = File.ReadAllText(Path.Combine(TestApp.ContentRoot, "..", "docs", "forward-auth.md"));
        var config = Snippet().Match(page).Groups[1].Value;
        foreach (var (from, to) in new[]
        {
            ("listen 443 ssl;", $"listen 127.0.0.1:{port};"), ("127.0.0.1:5000", $"127.0.0.1:{accounts}"), ("127.0.0.1:8080", $"127.0.0.1:{wiki}"),
        })
        {
            Assert.That(config.Split(from), Has.Length.EqualTo(2), $"{from} is once in the page.");
            config = config.Replace(from, to, StringComparison.Ordinal);
        }

        return Certificate().Replace(config, "");
    }

    [GeneratedRegex("```nginx\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Snippet();

    [GeneratedRegex("ssl_certificate.*;")]
    private static partial Regex Certificate();
}
