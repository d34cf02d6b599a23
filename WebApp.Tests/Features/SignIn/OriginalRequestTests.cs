using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using WebApp.Features.SignIn.Sites;
using WebApp.Platform.Data.Encryption;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.SignIn;

/// <summary>Which of two sources says what a proxy was asked for, and what becomes of a pass where a client names a page of its own.</summary>
public sealed class OriginalRequestTests
{
    private const string Wiki = "https://wiki.example.org";
    private const string Blog = "https://blog.example.org";

    private static readonly (string, string)[] ForwardedBlog = [("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "blog.example.org"), ("X-Forwarded-Uri", "/page")];

    private readonly LogBook log = new();
    private readonly Dictionary<string, TestApp> apps = [];
    private RowKey key;
    private string wikiPass = "";

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        var database = await TestServer.NewDatabaseAsync();
        foreach (var source in new[] { "Detect", "OriginalUrl", "Forwarded" })
        {
            apps[source] = await TestApp.StartAsync(
                database, builder => builder.Logging.AddProvider(log), $"ForwardAuth:Sites:0={Wiki}", $"ForwardAuth:Sites:1={Blog}", $"ForwardAuth:AddressFrom={source}");
        }

        (var session, key) = await apps["Detect"].OpenBrowserSessionAsync(await apps["Detect"].CreateUserAsync());
        wikiPass = apps["Detect"].Services.GetRequiredService<SitePasses>().Seal(new SitePass(session, Wiki));
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        foreach (var app in apps.Values)
        {
            await app.DisposeAsync();
        }

        log.Dispose();
    }

    [Test]
    public async Task A_clients_own_X_Original_URL_does_not_open_another_site_behind_a_proxy_that_forwards_the_host()
    {
        (string, string)[] asked = [.. ForwardedBlog, ("X-Original-URL", $"{Wiki}/page")];
        Assert.That(await StatusAsync("Detect", asked), Is.EqualTo(400));
        Assert.That(await StatusAsync("Forwarded", asked), Is.EqualTo(401), "Read from the proxy's headers alone.");
        Assert.That(await StatusAsync("OriginalUrl", asked), Is.EqualTo(200), "Where the proxy is nginx, X-Original-URL is its own.");
    }

    [Test]
    public async Task A_clients_own_X_Forwarded_headers_do_not_open_another_site_behind_nginx()
    {
        foreach (var forged in new (string, string)[][]
        {
            [("X-Forwarded-Host", "wiki.example.org")],
            [("X-Forwarded-Host", "wiki.example.org"), ("X-Forwarded-Uri", "/page"), ("X-Forwarded-Proto", "https")],
            [("X-Forwarded-Uri", "/other")],
        })
        {
            (string, string)[] asked = [("X-Original-URL", $"{Blog}/page"), .. forged];
            Assert.That(await StatusAsync("Detect", asked), Is.EqualTo(400), string.Join(' ', forged));
            Assert.That(await StatusAsync("OriginalUrl", asked), Is.EqualTo(401));
        }
    }

    [Test]
    public async Task Two_sources_that_agree_or_one_alone_open_the_site_of_the_pass()
    {
        (string, string)[] forwarded = [("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "WIKI.example.org:443"), ("X-Forwarded-Uri", "/page?x=1")];
        Assert.That(await StatusAsync("Detect", forwarded), Is.EqualTo(200));
        Assert.That(await StatusAsync("Detect", ("X-Original-URL", $"{Wiki}/page?x=1")), Is.EqualTo(200));
        Assert.That(await StatusAsync("Detect", [.. forwarded, ("X-Original-URL", $"{Wiki}/page?x=1")]), Is.EqualTo(200));
        Assert.That(await StatusAsync("Detect", ("X-Original-URL", $"{Wiki}/page"), ("X-Forwarded-Host", "wiki.example.org")), Is.EqualTo(200), "What is left out counts as agreed.");
    }

    [TestCase("X-Original-URL", "")]
    [TestCase("X-Original-URL", "/page")]
    [TestCase("X-Original-URL", "https://wiki.example.org@blog.example.org/page")]
    [TestCase("X-Forwarded-Host", "")]
    [TestCase("X-Forwarded-Host", "wiki.example.org, blog.example.org")]
    [TestCase("X-Forwarded-Host", "wiki.example.org/")]
    [TestCase("X-Forwarded-Proto", "http")]
    public async Task A_source_that_cannot_be_read_disagrees(string name, string value)
    {
        Dictionary<string, string> asked = new()
        {
            ["X-Original-URL"] = $"{Wiki}/page",
            ["X-Forwarded-Proto"] = "https",
            ["X-Forwarded-Host"] = "wiki.example.org",
            ["X-Forwarded-Uri"] = "/page",
        };
        asked[name] = value;
        Assert.That(await StatusAsync("Detect", [.. asked.Select(header => (header.Key, header.Value))]), Is.EqualTo(400));
    }

    [Test]
    public async Task A_token_and_a_session_of_the_same_host_are_refused_alike_and_the_log_has_a_line_a_minute()
    {
        var app = apps["Detect"];
        var tokens = await new ApiClient(app).LoginAsync(await app.CreateUserAsync());
        app.Clock.Advance(TimeSpan.FromMinutes(2));
        var before = Conflicts();
        foreach (var proof in new[] { ("Authorization", $"Bearer {tokens.Access}"), ("Cookie", $"session={key.Reveal()}"), ("Accept", "text/html") })
        {
            var answer = await AskAsync(app, [.. ForwardedBlog, ("X-Original-URL", $"{Wiki}/page"), proof]);
            Assert.That((answer.Status, answer.Code), Is.EqualTo((HttpStatusCode.BadRequest, "malformed_request")));
            Assert.That(answer.Headers.Keys, Has.No.AnyOf("Remote-User", "Set-Cookie", "Location"));
        }

        Assert.That(Conflicts() - before, Is.EqualTo(1));
        app.Clock.Advance(TimeSpan.FromMinutes(2));
        await AskAsync(app, [.. ForwardedBlog, ("X-Original-URL", $"{Wiki}/page")]);
        Assert.That(Conflicts() - before, Is.EqualTo(2));
        Assert.That(log.Lines.Last(line => line.Contains("different pages", StringComparison.Ordinal)), Does.Contain("2 more").And.Not.Contain("wiki.example.org"));
    }

    [Test]
    public async Task The_method_is_read_from_the_same_source_as_the_address()
    {
        (string, string)[] post = [("X-Original-URL", $"{Wiki}/"), ("X-Original-Method", "POST"), ("X-Forwarded-Method", "GET"), ("Accept", "text/html")];
        Assert.That((await AskAsync(apps["OriginalUrl"], post)).Status, Is.EqualTo(HttpStatusCode.Unauthorized));
        (string, string)[] get = [.. ForwardedBlog, ("X-Forwarded-Method", "GET"), ("X-Original-Method", "POST"), ("Accept", "text/html")];
        Assert.That((await AskAsync(apps["Forwarded"], get)).Status, Is.EqualTo(HttpStatusCode.Redirect));
    }

    [Test]
    public void An_unknown_source_keeps_the_service_from_starting() => Assert.That(
        async () => await TestApp.StartAsync(settings: "ForwardAuth:AddressFrom=7"), Throws.Exception.With.Message.Contains("ForwardAuth:AddressFrom"));

    private int Conflicts() => log.Lines.Count(line => line.Contains("different pages", StringComparison.Ordinal));

    private async Task<int> StatusAsync(string source, params (string Name, string Value)[] headers) =>
        (int)(await AskAsync(apps[source], [.. headers, ("Cookie", $"site={wikiPass}")])).Status;

    private static async Task<Answer> AskAsync(TestApp app, (string Name, string Value)[] headers)
    {
        using var http = app.NewClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/api/v1/forward-auth?redirect=1", UriKind.Relative));
        request.Headers.TryAddWithoutValidation("Sec-Fetch-Mode", headers.Any(header => header.Name == "Accept") ? "navigate" : "cors");
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await http.SendAsync(request);
        return await Answer.ReadAsync(response);
    }
}
