using System.Net;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using WebApp.Features.SignIn.Sites;
using WebApp.Platform.Data.Encryption;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.SignIn;

/// <summary>The way from a protected site to the login page and back, step by step: the test is the proxy of two sites.</summary>
public sealed class SitePassTests() : OwnApp("ForwardAuth:Sites:0=https://wiki.example.org", "ForwardAuth:Sites:1=https://Blog.example.org:8443")
{
    private const string Page = "https://wiki.example.org/page?a=1&b=2";
    private const string Question = "/api/v1/forward-auth?redirect=1";

    private static readonly string[] Elsewhere =
    [
        "https://evil.example/", "http://wiki.example.org/", "https://wiki.example.org:444/", "https://wiki.example.org.evil.example/", "https://wiki.example.org@evil.example/",
        "https://x:y@wiki.example.org/", "https://blog.example.org/", "//wiki.example.org/", "/page", "javascript:alert(1)", "wiki.example.org", "https:wiki.example.org", "https://evil.example\\@wiki.example.org/",
        "https://wiki.example.org%2eevil.example/", "https://evil.example#@wiki.example.org/", "ftp://wiki.example.org/", " ", "",
    ];

    [Test]
    public async Task The_login_page_names_the_site_and_no_other()
    {
        var (_, login) = await BeginAsync(Page);
        using var browser = new PageClient(App);
        Assert.That((await browser.GetAsync(new Uri(login).PathAndQuery)).Text, Does.Contain("to continue to <strong><bdi>wiki.example.org</bdi></strong>"));
        foreach (var other in Elsewhere)
        {
            var path = $"/login?returnUrl={Uri.EscapeDataString($"/forward-auth?to={Uri.EscapeDataString(other)}")}";
            Assert.That((await browser.GetAsync(path)).Text, Does.Not.Contain("to continue to"), other);
        }
    }

    [Test]
    public async Task The_way_there_is_by_the_login_page_and_a_pass_that_opens_this_site_alone()
    {
        var user = await App.CreateUserAsync();
        var (session, key) = await App.OpenBrowserSessionAsync(user);
        var (entry, login) = await BeginAsync(Page);
        Assert.That(login, Does.StartWith($"{App.BaseAddress}login?returnUrl=%2Fforward-auth%3Fto%3D"));
        var enter = await GoAsync(key, login);
        Assert.That(enter, Does.StartWith("https://wiki.example.org/forward-auth/enter?pass="));
        var entered = await SendAsync(new Uri(enter).PathAndQuery, $"site-entry={entry}");
        Assert.That((entered.Status, entered.Headers["Location"]), Is.EqualTo((HttpStatusCode.Found, Page)));
        var pass = Cookie(entered, "site")!;
        Assert.That(entered.Headers["Set-Cookie"], Does.Contain("httponly").IgnoreCase.And.Contain("samesite=lax").IgnoreCase);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(await StatusAsync(pass, "https://wiki.example.org/other"), Is.EqualTo(200));
            Assert.That(await StatusAsync(pass, "HTTPS://WIKI.example.org:443/other"), Is.EqualTo(200), "The same origin, written otherwise.");
            Assert.That(await StatusAsync(pass, "https://blog.example.org:8443/"), Is.EqualTo(401), "Another site.");
            Assert.That(await StatusAsync(pass, null), Is.EqualTo(401), "No site.");
            Assert.That(await StatusAsync(pass[..^3] + "AAA", Page), Is.EqualTo(401), "Tampered.");
            Assert.That((await SendAsync("/account", $"session={pass}; site={pass}")).Status, Is.EqualTo(HttpStatusCode.Found), "It opens no page here.");
            Assert.That((await SendAsync("/api/v1/me", $"site={pass}")).Status, Is.EqualTo(HttpStatusCode.Unauthorized));
        }

        await App.QueryAsync<object>("UPDATE sessions SET revoked_at = now() WHERE id = $1", session);
        await Patience.UntilAsync(async () => await StatusAsync(pass, Page) == 401);
    }

    [Test]
    public async Task Traefik_and_Caddy_say_the_address_in_three_headers()
    {
        var answer = await SendAsync(Question, null, ("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "blog.example.org:8443"), ("X-Forwarded-Uri", "/page?x=1"), ("X-Forwarded-Method", "GET"), ("Accept", "text/html"));
        Assert.That(Uri.UnescapeDataString(Uri.UnescapeDataString(answer.Headers["Location"])), Does.Contain("to=https://blog.example.org:8443/page?x=1&entry="));
        Assert.That((await SendAsync(Question, null, ("X-Forwarded-Uri", "/"), ("X-Forwarded-Method", "POST"), ("Accept", "text/html"))).Status, Is.EqualTo(HttpStatusCode.Unauthorized));
    }

    [TestCaseSource(nameof(Elsewhere))]
    public async Task Nobody_is_led_to_a_site_that_was_not_named(string address)
    {
        var (_, key) = await App.OpenBrowserSessionAsync(await App.CreateUserAsync());
        Assert.That((await SendAsync(Question, null, ("X-Original-URL", address))).Headers["Location"], Is.EqualTo($"{App.BaseAddress}login"));
        foreach (var query in new[] { "", "&entry=x", "&failed=true" })
        {
            var answer = await SendAsync($"/forward-auth?to={Uri.EscapeDataString(address)}{query}", $"session={key.Reveal()}");
            Assert.That((answer.Status, answer.Headers["Location"]), Is.EqualTo((HttpStatusCode.Found, "/account")));
        }
    }

    [Test]
    public async Task A_page_of_the_service_itself_is_returned_to_as_ever()
    {
        var answer = await SendAsync(Question, null, ("X-Original-URL", new Uri(App.BaseAddress, "/wiki/page?x=1").ToString()));
        Assert.That(answer.Headers["Location"], Is.EqualTo($"{App.BaseAddress}login?returnUrl=%2Fwiki%2Fpage%3Fx%3D1"));
    }

    [Test]
    public async Task An_address_with_a_pass_in_it_works_only_in_the_browser_that_set_out()
    {
        // The attacker's own pass, and the victim, who set out as well.
        var (_, attacker) = await App.OpenBrowserSessionAsync(await App.CreateUserAsync());
        var (own, login) = await BeginAsync(Page);
        var (victims, _) = await BeginAsync(Page);
        var enter = new Uri(await GoAsync(attacker, login)).PathAndQuery;
        foreach (var cookie in new[] { null, $"site-entry={victims}", "site-entry=x", $"site-entry={own[..^1]}" })
        {
            var refused = await SendAsync(enter, cookie);
            Assert.That(refused.Status, Is.EqualTo(HttpStatusCode.Found));
            Assert.That(refused.Headers["Location"], Does.StartWith($"{App.BaseAddress}forward-auth?to=").And.EndWith("&failed=true"));
            Assert.That(Cookie(refused, "site"), Is.Null);
        }

        Assert.That(Cookie(await SendAsync(enter, $"site-entry={own}"), "site"), Is.Not.Null);
    }

    [Test]
    public async Task An_expired_pass_leads_to_a_page_that_does_not_redirect()
    {
        await using var app = await TestApp.StartAsync(settings: "ForwardAuth:Sites:0=https://wiki.example.org");
        var (_, key) = await app.OpenBrowserSessionAsync(await app.CreateUserAsync());
        var (entry, login) = await BeginAsync(Page, app);
        var enter = new Uri(await GoAsync(key, login, app)).PathAndQuery;
        app.Clock.Advance(TimeSpan.FromSeconds(61));
        var refused = await SendAsync(enter, $"site-entry={entry}", app);
        Assert.That(Cookie(refused, "site"), Is.Null);
        var page = await SendAsync(new Uri(refused.Headers["Location"]).PathAndQuery, $"session={key.Reveal()}", app);
        Assert.That(page.Text, Does.Contain("That did not work").And.Not.Contain("http-equiv"));
    }

    [Test]
    public async Task Tabs_that_sign_in_side_by_side_share_the_way_in()
    {
        var (entry, first) = await BeginAsync(Page);
        var second = await SendAsync(Question, $"site-entry={entry}", ("X-Original-URL", Page));
        Assert.That(second.Headers, Does.Not.ContainKey("Set-Cookie"));
        Assert.That(second.Headers["Location"], Is.EqualTo(first));
    }

    [Test]
    public async Task Two_tabs_that_lapsed_together_both_go_on()
    {
        var (_, key) = await App.OpenBrowserSessionAsync(await App.CreateUserAsync());
        var (entry, login) = await BeginAsync(Page);
        foreach (var tab in new[] { "first", "second" })
        {
            var entered = await SendAsync(new Uri(await GoAsync(key, login)).PathAndQuery, $"site-entry={entry}");
            Assert.That(entered.Headers["Location"], Is.EqualTo(Page), tab);
            Assert.That(Cookie(entered, "site"), Is.Not.Null, tab);
            Assert.That(Cookie(entered, "site-entry"), Is.Null, "The key stays for other tabs.");
        }
    }

    [Test]
    public async Task Going_back_over_the_way_in_leads_to_the_page_while_the_pass_is_good()
    {
        await using var app = await TestApp.StartAsync(settings: "ForwardAuth:Sites:0=https://wiki.example.org");
        var user = await app.CreateUserAsync();
        var (_, key) = await app.OpenBrowserSessionAsync(user);
        var (entry, login) = await BeginAsync(Page, app);
        var enter = new Uri(await GoAsync(key, login, app)).PathAndQuery;
        var pass = Cookie(await SendAsync(enter, $"site-entry={entry}", app), "site");
        app.Clock.Advance(TimeSpan.FromMinutes(2));
        Assert.That((await SendAsync(enter, $"site-entry={entry}; site={pass}", app)).Headers["Location"], Is.EqualTo(Page));
        await app.QueryAsync<object>("UPDATE sessions SET revoked_at = now() WHERE user_id = $1", user.Id);
        await Patience.UntilAsync(async () => (await SendAsync(enter, $"site-entry={entry}; site={pass}", app)).Headers["Location"].EndsWith("&failed=true", StringComparison.Ordinal));
    }

    [Test]
    public void A_pass_says_nothing_to_who_cannot_open_it_and_no_other_text_opens_as_one()
    {
        var passes = App.Services.GetRequiredService<SitePasses>();
        var pass = new SitePass(Guid.CreateVersion7(), "https://wiki.example.org");
        var entry = new SiteEntry(pass, Page, "x", App.Clock.GetUtcNow());
        using (Assert.EnterMultipleScope())
        {
            Assert.That(passes.Open(passes.Seal(pass)), Is.EqualTo(pass));
            Assert.That(passes.OpenEntry(passes.Seal(entry)), Is.EqualTo(entry));
            Assert.That(passes.Open(passes.Seal(entry)), Is.Null, "An address is no cookie.");
            Assert.That(passes.OpenEntry(passes.Seal(pass)), Is.Null);
            var foreign = new SitePasses(new EphemeralDataProtectionProvider());
            foreach (var text in new[] { "", "x", "AAAA", new string('A', 100_000), "\u00fc", foreign.Seal(pass) })
            {
                Assert.That(passes.Open(text), Is.Null);
            }
        }
    }

    [TestCase("wiki.example.org")]
    [TestCase("https://wiki.example.org/path")]
    [TestCase("https://a:b@wiki.example.org")]
    [TestCase("https://*.example.org/?x")]
    [TestCase("javascript:x")]
    public void A_site_that_is_no_origin_keeps_the_service_from_starting(string site) => Assert.That(
        async () => await TestApp.StartAsync(settings: $"ForwardAuth:Sites:0={site}"), Throws.Exception.With.Message.Contains("ForwardAuth:Sites"));

    private Task<(string Entry, string Login)> BeginAsync(string page) => BeginAsync(page, App);

    private static async Task<(string Entry, string Login)> BeginAsync(string page, TestApp app)
    {
        var answer = await SendAsync(Question, null, app, ("X-Original-URL", page), ("Accept", "text/html"));
        Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.Found));
        return (Cookie(answer, "site-entry")!, answer.Headers["Location"]);
    }

    private Task<string> GoAsync(RowKey session, string login) => GoAsync(session, login, App);

    // What the login page does with its returnUrl once somebody is signed in.
    private static async Task<string> GoAsync(RowKey session, string login, TestApp app)
    {
        var on = await SendAsync(new Uri(login).PathAndQuery, $"session={session.Reveal()}", app);
        return (await SendAsync(on.Headers["Location"], $"session={session.Reveal()}", app)).Refresh;
    }

    private async Task<int> StatusAsync(string pass, string? address) =>
        (int)(await SendAsync("/api/v1/forward-auth", $"site={pass}", App, address is null ? [] : [("X-Original-URL", address)])).Status;

    private Task<Answer> SendAsync(string path, string? cookie, params (string Name, string Value)[] headers) => SendAsync(path, cookie, App, headers);

    private static async Task<Answer> SendAsync(string path, string? cookie, TestApp app, params (string Name, string Value)[] headers)
    {
        using var http = app.NewClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
        foreach (var (name, value) in cookie is null ? headers : [.. headers, ("Cookie", cookie)])
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await http.SendAsync(request);
        return await Answer.ReadAsync(response);
    }

    private static string? Cookie(Answer answer, string name) =>
        answer.SetCookies.FirstOrDefault(cookie => cookie.StartsWith($"{name}=", StringComparison.Ordinal))?.Split(';')[0].Split('=', 2)[1] is { Length: > 0 } value ? value : null;
}
