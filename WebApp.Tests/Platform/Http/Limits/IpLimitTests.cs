using System.Net;
using WebApp.Tests.Support;

namespace WebApp.Tests.Platform.Http.Limits;

/// <summary>The limit by IP prefix as clients meet it: from addresses of their own, and through a trusted proxy.</summary>
public sealed class IpLimitTests() : OwnApp($"Protection:IpPermitsPerMinute={Permits}", $"Proxy:Trusted={Proxy}")
{
    private const int Permits = 6; // One comes back in ten seconds: too late for any test here.
    private const string Proxy = "127.0.0.99";
    private static readonly Uri Policy = new("/api/v1/password/policy", UriKind.Relative);
    private static int addresses;

    [Test]
    public async Task Over_the_limit_the_API_answers_429_with_a_problem_and_when_to_come_back()
    {
        using var http = App.NewClient(NewAddress());
        await SpendAsync(http);

        var answer = await new ApiClient(http).GetAsync("/password/policy");

        Assert.That((answer.Status, answer.Code), Is.EqualTo((HttpStatusCode.TooManyRequests, "too_many_attempts")));
        Assert.That(int.Parse(answer.Headers["Retry-After"]), Is.InRange(1, 10));
    }

    [Test]
    public async Task Over_the_limit_a_page_says_when_to_come_back()
    {
        using var http = App.NewClient(NewAddress());
        await SpendAsync(http);

        using var answer = await http.GetAsync(new Uri("/login", UriKind.Relative));

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.TooManyRequests));
        Assert.That(answer.Headers.RetryAfter?.Delta?.TotalSeconds, Is.InRange(1, 10));
        Assert.That(answer.Headers.Contains("Content-Security-Policy"), Is.True);
        Assert.That(await answer.Content.ReadAsStringAsync(), Does.Contain("One moment, please").And.Match("You can try again in (one second|\\d+ seconds)"));
    }

    [Test]
    public async Task Each_address_has_a_budget_of_its_own()
    {
        using var flooding = App.NewClient(NewAddress());
        using var other = App.NewClient(NewAddress());
        await SpendAsync(flooding);
        Assert.That((await StatusAsync(flooding), await StatusAsync(other)), Is.EqualTo((429, 200)));
    }

    [Test]
    public async Task What_costs_a_hash_or_a_mail_costs_three()
    {
        using var http = App.NewClient(NewAddress());
        var api = new ApiClient(http);
        object[] bodies = [new { email = "nobody@example.org", password = "not it" }, new { email = "nobody@example.org", password = "nor this" }, new { email = "nobody@example.org", password = "x" }];
        var statuses = new List<HttpStatusCode>();
        foreach (var body in bodies)
        {
            statuses.Add((await api.PostAsync("/auth/login", body)).Status);
        }

        Assert.That(statuses, Is.EqualTo(new[] { HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized, HttpStatusCode.TooManyRequests }));
    }

    [Test]
    public async Task A_forged_header_from_a_stranger_does_not_change_whose_budget_it_is()
    {
        using var http = App.NewClient(NewAddress());
        for (var i = 0; i < Permits; i++)
        {
            Assert.That(await StatusAsync(http, $"203.0.113.{i}"), Is.EqualTo(200));
        }

        Assert.That(await StatusAsync(http, "203.0.113.200"), Is.EqualTo(429));
    }

    [TestCase("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", 429, TestName = "Through_a_proxy_the_same_slash_64_shares")]
    [TestCase("2001:db8:2:2::1", "2001:db8:2:3::1", 200, TestName = "Through_a_proxy_another_slash_64_does_not")]
    [TestCase("198.51.100.1", "198.51.100.1:4711", 429, TestName = "Through_a_proxy_a_port_makes_no_other_client")]
    [TestCase("198.51.100.2", "203.0.113.77, 198.51.100.2", 429, TestName = "Through_a_proxy_what_the_client_wrote_makes_no_other_client")]
    [TestCase("198.51.100.3", "198.51.100.4", 200, TestName = "Through_a_proxy_another_client_has_its_own")]
    public async Task Through_a_trusted_proxy_the_client_is_counted(string flooding, string other, int status)
    {
        using var http = App.NewClient(Proxy);
        for (var i = 0; i < Permits; i++)
        {
            Assert.That(await StatusAsync(http, flooding), Is.EqualTo(200));
        }

        Assert.That((await StatusAsync(http, flooding), await StatusAsync(http, other)), Is.EqualTo((429, status)));
    }

    [Test]
    public async Task Guards_behind_the_limit_go_on_and_what_has_a_token_is_not_counted()
    {
        using var http = App.NewClient(NewAddress());
        var api = new ApiClient(http);
        var user = await App.CreateUserAsync();
        var tokens = await api.LoginAsync(user);
        await SpendAsync(http, Permits - 3);

        Assert.That((await api.GetAsync("/password/policy")).Status, Is.EqualTo(HttpStatusCode.TooManyRequests));
        for (var i = 0; i < 3 * Permits; i++)
        {
            Assert.That((await api.GetAsync("/me", tokens.Access)).Status, Is.EqualTo(HttpStatusCode.OK));
            Assert.That((await api.GetAsync("/sessions", tokens.Access)).Status, Is.EqualTo(HttpStatusCode.OK));
            Assert.That((await api.GetAsync("/sessions")).Code, Is.EqualTo("token_missing"));
        }
    }

    [TestCase("/css/site.css")]
    [TestCase("/health/live")]
    [TestCase("/health/ready")]
    public async Task Files_and_health_are_not_counted(string path)
    {
        using var http = App.NewClient(NewAddress());
        await SpendAsync(http);
        for (var i = 0; i < 3 * Permits; i++)
        {
            using var answer = await http.GetAsync(new Uri(path, UriKind.Relative));
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        }
    }

    [Test]
    public async Task A_form_over_the_limit_is_refused_for_that_alone()
    {
        using var http = App.NewClient(NewAddress());
        await SpendAsync(http);
        using var form = new FormUrlEncodedContent([new("Email", "nobody@example.org")]);
        using var answer = await http.PostAsync(new Uri("/login", UriKind.Relative), form);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.TooManyRequests), "not 400 for want of its token");
    }

    // 127.1.0.1 and on: nobody else's in this application.
    private static string NewAddress() => $"127.1.0.{Interlocked.Increment(ref addresses)}";

    private static async Task SpendAsync(HttpClient http, int permits = Permits)
    {
        for (var i = 0; i < permits; i++)
        {
            Assert.That(await StatusAsync(http), Is.EqualTo(200));
        }
    }

    private static async Task<int> StatusAsync(HttpClient http, string? forwarded = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Policy);
        if (forwarded is not null)
        {
            request.Headers.TryAddWithoutValidation("X-Forwarded-For", forwarded);
        }

        using var answer = await http.SendAsync(request);
        return (int)answer.StatusCode;
    }
}
