using Microsoft.Extensions.DependencyInjection;
using WebApp.Operations.Doctor;
using WebApp.Tests.Support;

namespace WebApp.Tests.Operations.Doctor;

/// <summary>Set-ups of a proxy that are broken, each told by its name; what the proxy would send is sent.</summary>
public sealed class BrokenProxyTests
{
    private const string Own = "accounts.example.org";

    private static readonly string[] SignIn = ["ProxyAuth:Enabled=true"];

    private static TestCaseData Case(string code, string settings, string mend, params string[] headers) => new(code, settings.Split(' '), headers, mend);

    public static IEnumerable<TestCaseData> SetUps =>
    [
        Case("proxy_not_trusted", "Proxy:Trusted=10.0.0.1", "Proxy__Trusted__0=127.0.0.1", "X-Forwarded-For: 192.0.2.7", "X-Forwarded-Proto: https"),
        Case("proxy_trusts_everybody", "Proxy:Trusted=0.0.0.0/1,128.0.0.0/1", "Proxy__Trusted__0=127.0.0.1", "X-Forwarded-For: 192.0.2.7", "X-Forwarded-Proto: https"),
        Case("scheme_not_forwarded", "Proxy:Trusted=127.0.0.1", "proxy_set_header X-Forwarded-Proto $scheme;", "X-Forwarded-For: 192.0.2.7"),
        Case("host_not_base_url", "Proxy:Trusted=127.0.0.1", "proxy_set_header Host $http_host;", "X-Forwarded-For: 192.0.2.7", "X-Forwarded-Proto: https", "Host: app:8080"),
        Case("forwarded_for_missing", "Proxy:Trusted=127.0.0.1", "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;", "X-Forwarded-Proto: https"),
        Case("forwarded_for_malformed", "Proxy:Trusted=127.0.0.1", "proxy_set_header X-Forwarded-For $remote_addr;", "X-Forwarded-For: unknown", "X-Forwarded-Proto: https"),
        Case("proxy_auth_header_missing", "Proxy:Trusted=127.0.0.1 ProxyAuth:Enabled=true", "proxy_set_header X-Remote-User $remote_user;", "X-Forwarded-For: 192.0.2.7", "X-Forwarded-Proto: https", "-X-Remote-User:"),
        Case("proxy_auth_header_passed_on", "Proxy:Trusted=127.0.0.1 ProxyAuth:Enabled=true", "proxy_set_header X-Remote-User $remote_user;", "X-Forwarded-For: 192.0.2.7", "X-Forwarded-Proto: https"),
        Case("proxy_auth_header_duplicated", "Proxy:Trusted=127.0.0.1 ProxyAuth:Enabled=true", "proxy_set_header X-Remote-User $remote_user;", "X-Forwarded-For: 192.0.2.7", "X-Forwarded-Proto: https", "-X-Remote-User: ada", "X-Remote-User: ada"),
        Case("reachable_beside_proxy", "Proxy:Trusted=10.0.0.1 ProxyAuth:Enabled=true", "ASPNETCORE_URLS=http://127.0.0.1:8080"),
    ];

    [TestCaseSource(nameof(SetUps))]
    public async Task Has_its_own_finding_with_the_line_that_mends_it(string code, string[] settings, string[] headers, string mend)
    {
        var findings = await LookAsync(settings, headers);
        Assert.That(findings.Where(finding => finding.Code == code).Select(finding => finding.Mend), Is.EquivalentTo([mend]), string.Join('\n', findings));
        Assert.That(findings[0].Severity, Is.GreaterThanOrEqualTo(Severity.Warning));
    }

    [Test]
    public async Task A_sound_one_has_none()
    {
        var findings = await LookAsync(["Proxy:Trusted=127.0.0.1", .. SignIn], ["X-Forwarded-For: 192.0.2.7", "X-Forwarded-Proto: https", "-X-Remote-User: ada"]);
        Assert.That(findings.Where(finding => finding.Severity >= Severity.Note), Is.Empty, string.Join('\n', findings));
        Assert.That(findings.Single(finding => finding.Code == "client_address").What, Does.Contain("192.0.2.7 counts").And.Contain("127.0.0.1"));
    }

    [Test]
    public async Task How_requests_arrive_is_shown_only_with_a_ticket()
    {
        await using var app = await TestApp.StartAsync();
        using var http = app.NewClient();
        var good = app.Services.GetRequiredService<ProbeTickets>().New();
        foreach (var ticket in new[] { null, "", "x", good[..^4] + "AAAA", new string('a', 5000) })
        {
            Assert.That((int)(await AskAsync(http, ticket)).StatusCode, Is.EqualTo(404));
        }

        using var told = await AskAsync(http, good);
        Assert.That(told.IsSuccessStatusCode, Is.True);
        Assert.That(await told.Content.ReadAsStringAsync(), Does.Contain("\"peer\":\"127.0.0.1\""));
    }

    private static async Task<HttpResponseMessage> AskAsync(HttpClient http, string? ticket)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(DiagnosisSetup.ProbePath, UriKind.Relative));
        if (ticket is not null)
        {
            request.Headers.TryAddWithoutValidation(ProbeTickets.Header, ticket);
        }

        return await http.SendAsync(request);
    }

    private static async Task<IReadOnlyList<Finding>> LookAsync(string[] settings, string[] headers)
    {
        await using var app = await TestApp.StartInProductionAsync(null, settings);
        using var http = new HttpClient(new Rewriting(headers)) { BaseAddress = app.BaseAddress };
        return await ActivatorUtilities.CreateInstance<Probe>(app.Services).LookAsync(http, CancellationToken.None);
    }

    /// <summary>A proxy: adds headers; one with a minus before it replaces what the client sent.</summary>
    private sealed class Rewriting(string[] headers) : DelegatingHandler(new SocketsHttpHandler { AllowAutoRedirect = false })
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.Headers.Host = Own;
            foreach (var header in headers)
            {
                var (name, value) = (header[..header.IndexOf(':', StringComparison.Ordinal)], header[(header.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim());
                if (name == "Host")
                {
                    request.Headers.Host = value;
                }
                else if (name[0] != '-')
                {
                    request.Headers.TryAddWithoutValidation(name, value);
                }
                else if (request.Headers.Remove(name[1..]) | value.Length > 0)
                {
                    if (value.Length > 0)
                    {
                        request.Headers.TryAddWithoutValidation(name[1..], value);
                    }
                }
            }

            return base.SendAsync(request, cancellationToken);
        }
    }
}
