using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.Extensions.DependencyInjection;
using WebApp.Tests.Support;

namespace WebApp.Tests.Attacks;

/// <summary>What must stand on every answer of every route, whatever its status; walked in Production (ASVS 3.4, 13.4, 16.5.1).</summary>
public sealed class HeaderWalkTests
{
    private const string Trouble = "the-trouble-nobody-may-read";

    private static readonly HttpMethod[] Methods =
        [HttpMethod.Get, HttpMethod.Head, HttpMethod.Post, HttpMethod.Put, HttpMethod.Patch, HttpMethod.Delete, HttpMethod.Options, HttpMethod.Trace, new("PROPFIND")];

    private readonly HashSet<int> seen = [];
    private TestApp app = null!;
    private WayIn[] ways = [];

    [OneTimeSetUp]
    public async Task Start()
    {
        app = await TestApp.StartInProductionAsync(
            builder => builder.Services.Configure<MvcOptions>(mvc => mvc.Filters.Add(new Breaker())), "Logging:LogLevel:Default=None", "Logging:LogLevel:Microsoft=None", "Logging:LogLevel:Npgsql=None");
        ways = WayIn.All(app);
    }

    [OneTimeTearDown]
    public ValueTask Stop() => app.DisposeAsync();

    [Test]
    public async Task Every_answer_of_every_route_carries_every_header_and_tells_nothing_of_the_inside()
    {
        var user = await app.CreateUserAsync();
        var tokens = await new ApiClient(app).LoginAsync(user);
        using var stranger = new PageClient(app);
        using var owner = await PageClient.SignInAsync(app, user);
        foreach (var way in ways)
        {
            foreach (var (visitor, bearer) in new[] { (stranger, (string?)null), (owner, tokens.Access) })
            {
                await HoldAsync(visitor, bearer, way.Method, way.Path());
                await HoldAsync(visitor, bearer, way.Method, way.Path(), new StringContent("{", Encoding.UTF8, "application/json"));
                await HoldAsync(visitor, bearer, way.Method, way.Path(), new StringContent("<x/>", Encoding.UTF8, "application/xml"));
                await HoldAsync(visitor, bearer, way.Method, way.Path(), new StringContent(new string('x', 70_000), Encoding.UTF8, "application/json"));
            }

            foreach (var method in Methods)
            {
                await HoldAsync(stranger, null, method, way.Path());
            }
        }

        foreach (var path in new[] { "/nowhere", "/api/v1/nowhere", "/account/nowhere", "/css/../../appsettings.json", "/.env", "/css/", "/js/nothing.js" })
        {
            await HoldAsync(stranger, null, HttpMethod.Get, path);
        }

        foreach (var status in new[] { 200, 302, 400, 401, 404, 405, 413, 415 })
        {
            Assert.That(seen, Does.Contain(status), "the walk was to meet this status");
        }
    }

    [Test]
    public async Task A_failure_tells_nothing_and_carries_every_header()
    {
        var user = await app.CreateUserAsync();
        var tokens = await new ApiClient(app).LoginAsync(user);
        using var owner = await PageClient.SignInAsync(app, user);
        var broke = 0;
        foreach (var way in ways.Where(way => way.Body.Length + way.Inputs.Length > 0 || way.Reads))
        {
            using var request = Request(tokens.Access, way.Method, way.Path(), null);
            request.Headers.Add(Breaker.Header, "1");
            broke += await HoldAsync(owner, request) == 500 ? 1 : 0;
        }

        // All but a few, which are no actions, take no id or want a form's token first.
        Assert.That(broke, Is.GreaterThan(15));
    }

    [Test]
    public async Task Files_carry_them_too_and_alone_may_be_kept()
    {
        using var stranger = new PageClient(app);
        var root = Path.Combine(TestApp.ContentRoot, "wwwroot");
        var files = Directory.GetFiles(root, "*", SearchOption.AllDirectories);
        Assert.That(files, Has.Length.GreaterThanOrEqualTo(6));
        foreach (var file in files)
        {
            var path = "/" + Path.GetRelativePath(root, file).Replace('\\', '/');
            foreach (var query in new[] { "", "?v=1" })
            {
                using var request = Request(null, HttpMethod.Get, path + query, null);
                var answer = await stranger.SendAsync(request);
                Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.OK), path);
                Hold(answer, path, kept: true);
                using var again = Request(null, HttpMethod.Get, path, null);
                again.Headers.IfNoneMatch.ParseAdd(answer.Headers["ETag"]);
                var unchanged = await stranger.SendAsync(again);
                Assert.That(unchanged.Status, Is.EqualTo(HttpStatusCode.NotModified), path);
                Hold(unchanged, path, kept: true);
            }
        }
    }

    [Test]
    public async Task What_the_server_refuses_before_us_has_no_body_and_names_no_server()
    {
        foreach (var line in new[] { "GET /login\u00FF", "GET /%00", "G\0ET /login", "GET  /login", "GET http://[/login", "BAD" })
        {
            var (_, text) = await RawHttp.SendAsync(app, line, "", "Host: accounts.example.org");
            Assert.That(text, Does.StartWith("HTTP/1.1 4").And.Contain("Content-Length: 0").And.EndsWith("\r\n\r\n").And.Not.Contain("Server:"), line);
        }
    }

    // Whatever the walk does to it, the browser stays who it was.
    private async Task HoldAsync(PageClient visitor, string? bearer, HttpMethod method, string path, HttpContent? content = null)
    {
        using var request = Request(bearer, method, path, content);
        seen.Add(await HoldAsync(visitor, request, keepCookies: false));
    }

    private static async Task<int> HoldAsync(PageClient visitor, HttpRequestMessage request, bool keepCookies = true)
    {
        var answer = await visitor.SendAsync(request, keepCookies);
        Hold(answer, $"{request.Method} {request.RequestUri} {(int)answer.Status}", kept: false);
        return (int)answer.Status;
    }

    private static HttpRequestMessage Request(string? bearer, HttpMethod method, string path, HttpContent? content)
    {
        var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative)) { Content = content };
        request.Headers.Host = "accounts.example.org";
        request.Headers.Authorization = bearer is null ? null : new AuthenticationHeaderValue("Bearer", bearer);
        return request;
    }

    private static void Hold(Answer answer, string what, bool kept)
    {
        var policy = answer.Headers.GetValueOrDefault("Content-Security-Policy") ?? "";
        using (Assert.EnterMultipleScope())
        {
            foreach (var directive in new[] { "default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'" })
            {
                Assert.That(policy.Split(';', StringSplitOptions.TrimEntries), Does.Contain(directive), what);
            }

            Assert.That(policy, Does.Not.Contain("unsafe").And.Not.Contain("*").And.Not.Contain("http"), what);
            Assert.That(answer.Headers.GetValueOrDefault("X-Content-Type-Options"), Is.EqualTo("nosniff"), what);
            Assert.That(answer.Headers.GetValueOrDefault("Referrer-Policy"), Is.EqualTo("no-referrer"), what);
            Assert.That(answer.Headers.GetValueOrDefault("Permissions-Policy"), Does.Contain("camera=()"), what);
            Assert.That(answer.Headers.GetValueOrDefault("Cross-Origin-Opener-Policy"), Is.EqualTo("same-origin"), what);
            Assert.That(answer.Headers.GetValueOrDefault("Cross-Origin-Resource-Policy"), Is.EqualTo("same-origin"), what);
            Assert.That(answer.Headers.GetValueOrDefault("Strict-Transport-Security"), Is.EqualTo("max-age=31536000; includeSubDomains"), what);
            Assert.That(answer.Headers.GetValueOrDefault("Cache-Control"), kept ? Does.Contain("immutable").Or.EqualTo("no-cache") : Does.Contain("no-store"), what);
            Assert.That(answer.Headers.Keys, Has.None.AnyOf("Server", "X-Powered-By", "X-AspNet-Version", "X-AspNetMvc-Version", "Access-Control-Allow-Origin"), what);
            Assert.That(answer.Text, kept ? Is.Not.Null : Does.Not.Contain("   at ").And.Not.Contain("Exception").And.Not.Contain(Trouble).And.Not.Contain("Npgsql"), what);
        }
    }

    /// <summary>Breaks any action that is asked to.</summary>
    private sealed class Breaker : IActionFilter
    {
        public const string Header = "X-Break";

        public void OnActionExecuting(ActionExecutingContext context)
        {
            if (context.HttpContext.Request.Headers.ContainsKey(Header))
            {
                throw new InvalidOperationException(Trouble);
            }
        }

        public void OnActionExecuted(ActionExecutedContext context)
        {
        }
    }
}
