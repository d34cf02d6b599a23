using System.Net;
using System.Net.Http.Json;
using WebApp.Tests.Support;

namespace WebApp.Tests.Platform.Http.Transport;

/// <summary>Production answers over HTTPS, as its own proxy tells, and under its own name.</summary>
public sealed class HttpsTests
{
    private const string Proxy = "127.0.0.99";
    private const string Stranger = "127.0.0.2";

    private TestApp app = null!;

    [OneTimeSetUp]
    public async Task Start() => app = await TestApp.StartInProductionAsync(settings: [$"Proxy:Trusted={Proxy}", "AllowedHosts=webapp.internal"]);

    [OneTimeTearDown]
    public async Task Stop() => await app.DisposeAsync();

    [TestCase("/login?returnUrl=%2Faccount", Proxy, "http", "accounts.example.org")]
    [TestCase("/login?returnUrl=%2Faccount", Proxy, null, "accounts.example.org")]
    [TestCase("/login?returnUrl=%2Faccount", Stranger, null, "accounts.example.org")]
    [TestCase("/login?returnUrl=%2Faccount", Stranger, "https", "accounts.example.org", Description = "A stranger is not believed.")]
    [TestCase("/css/site.css", Stranger, null, "evil.example", Description = "Never to the host the request names.")]
    [TestCase("/no%20where", Stranger, null, "127.0.0.1")]
    [TestCase("//evil.example/%2e%2e", Stranger, null, "evil.example")]
    public async Task A_page_over_plain_HTTP_is_sent_to_the_sites_own_address(string path, string from, string? scheme, string host)
    {
        using var http = app.NewProxyClient(host, scheme, from);
        foreach (var method in new[] { HttpMethod.Get, HttpMethod.Head })
        {
            using var request = new HttpRequestMessage(method, $"{app.BaseAddress.GetLeftPart(UriPartial.Authority)}{path}");
            using var answer = await http.SendAsync(request);
            Assert.That((int)answer.StatusCode, Is.EqualTo(308));
            Assert.That(answer.Headers.Location!.OriginalString, Does.StartWith("https://accounts.example.org/").And.EndWith(path.TrimStart('/').Split('/')[^1].Replace("%2e%2e", "", StringComparison.Ordinal)));
            Assert.That(answer.Headers.Contains("Strict-Transport-Security"), Is.False, "not over plain HTTP (RFC 6797 7.2)");
        }
    }

    [TestCase(Proxy, "http")]
    [TestCase(Stranger, "https")]
    public async Task A_form_over_plain_HTTP_is_refused_with_a_page(string from, string scheme)
    {
        using var http = app.NewProxyClient(scheme: scheme, from: from);
        using var form = new FormUrlEncodedContent([new("Email", "a@example.org"), new("Password", "x")]);
        using var answer = await http.PostAsync(new Uri("/login", UriKind.Relative), form);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
        Assert.That(answer.Headers.Location, Is.Null);
        Assert.That(await answer.Content.ReadAsStringAsync(), Does.Contain("This must be sent over HTTPS"));
    }

    [Test]
    public async Task A_call_of_the_API_over_plain_HTTP_is_refused_with_a_problem_and_never_redirected()
    {
        using var http = app.NewProxyClient(scheme: null, from: Stranger);
        var api = new ApiClient(http);
        foreach (var answer in new[] { await api.GetAsync("/me", "some.token.here"), await api.PostAsync("/auth/login", new { email = "a@example.org", password = "x" }) })
        {
            Assert.That((answer.Status, answer.Code), Is.EqualTo((HttpStatusCode.Forbidden, "https_required")));
        }
    }

    [TestCase("/health/live")]
    [TestCase("/health/ready")]
    public async Task Health_answers_over_plain_HTTP_under_any_name(string path)
    {
        using var http = app.NewProxyClient("10.1.2.3:8080", scheme: null, from: Stranger);
        using var answer = await http.GetAsync(new Uri(path, UriKind.Relative));
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    [TestCase("/login")]
    [TestCase("/css/site.css")]
    [TestCase("/nowhere")]
    [TestCase("/account")]
    [TestCase("/api/v1/me")]
    [TestCase("/api/v1/nowhere")]
    [TestCase("/health/live")]
    public async Task Over_HTTPS_every_answer_asks_for_it_for_a_year_below_too(string path)
    {
        using var http = app.NewProxyClient(from: Proxy);
        using var answer = await http.GetAsync(new Uri(path, UriKind.Relative));
        Assert.That((int)answer.StatusCode, Is.Not.EqualTo(308));
        Assert.That(answer.Headers.GetValues("Strict-Transport-Security").Single(), Is.EqualTo("max-age=31536000; includeSubDomains"));
    }

    [TestCase("accounts.example.org", 200)]
    [TestCase("ACCOUNTS.example.org:443", 200)]
    [TestCase("webapp.internal", 200)]
    [TestCase("evil.example", 421)]
    [TestCase("accounts.example.org.evil.example", 421)]
    [TestCase("127.0.0.1", 421)]
    public async Task It_answers_under_its_own_names_alone(string host, int status)
    {
        using var http = app.NewProxyClient(host, from: Proxy);
        using var page = await http.GetAsync(new Uri("/login", UriKind.Relative));
        Assert.That((int)page.StatusCode, Is.EqualTo(status));
        var call = await new ApiClient(http).GetAsync("/password/policy");
        Assert.That((int)call.Status, Is.EqualTo(status));
        Assert.That(call.Code, Is.EqualTo(status == 200 ? null : "misdirected_request"));
    }

    [Test]
    public async Task A_forwarded_host_is_nothing_to_it()
    {
        using var http = app.NewProxyClient(from: Proxy);
        http.DefaultRequestHeaders.Add("X-Forwarded-Host", "evil.example");
        using var account = await http.GetAsync(new Uri("/account", UriKind.Relative));
        Assert.That((int)account.StatusCode, Is.EqualTo(302));
        Assert.That(account.Headers.Location!.OriginalString, Is.EqualTo("/login?returnUrl=%2Faccount"));
    }

    [Test]
    public async Task Tried_out_on_this_machine_plain_HTTP_works_and_nothing_is_asked_of_later()
    {
        await using var local = await TestApp.StartInProductionAsync(settings: ["App:BaseUrl=http://localhost:8080"]);
        using var http = local.NewProxyClient("localhost:8080", scheme: null);
        using var page = await http.GetAsync(new Uri("/login", UriKind.Relative));
        Assert.That(page.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(page.Headers.Contains("Strict-Transport-Security"), Is.False);
        using var login = await http.PostAsJsonAsync(new Uri("/api/v1/auth/login", UriKind.Relative), new { email = "a@example.org", password = "x" });
        Assert.That(login.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
    }
}
