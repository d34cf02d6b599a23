using System.Diagnostics;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using WebApp.Data.Changes;
using WebApp.Tests.Support;

namespace WebApp.Tests.Outages;

/// <summary>A database that takes connections and answers nothing, as a machine that stands still: every request is answered within 3 s.</summary>
[NonParallelizable] // What it measures is how soon it is answered.
[Platform(Include = "Linux", Reason = "Stops the server's processes with signals.")]
public sealed class FrozenDatabaseTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(3);

    private readonly LogBook log = new(LogLevel.Warning);
    private PostgresCluster server = null!;
    private TestApp app = null!;

    [OneTimeSetUp]
    public async Task StartServerAndApplication()
    {
        server = await PostgresCluster.StartAsync();
        app = await TestApp.StartAsync(server.AppConnectionString, builder => builder.Logging.ClearProviders().AddProvider(log));
    }

    [OneTimeTearDown]
    public async Task StopBoth()
    {
        await app.DisposeAsync();
        await server.DisposeAsync();
        log.Dispose();
    }

    [Test]
    public async Task Every_request_of_many_at_once_is_answered_503_within_three_seconds_and_afterwards_all_is_as_before()
    {
        var user = await app.CreateUserAsync();
        ApiClient api = new(app);
        List<ApiTokens> tokens = [];
        for (var i = 0; i < 12; i++)
        {
            tokens.Add(await api.LoginAsync(user)); // One after the other: an account has few attempts at once.
        }

        await Task.WhenAll(tokens.Select(t => api.GetAsync("/sessions", t.Access))); // The pool holds connections that are frozen as well.
        log.Clear();

        await server.FreezeAsync();
        try
        {
            // The first wave meets connections that were open, the second has to open some.
            for (var wave = 1; wave <= 2; wave++)
            {
                var answers = await Task.WhenAll(
                [
                    .. tokens.Select(t => TimedAsync(() => api.GetAsync("/sessions", t.Access))),
                    .. tokens.Select(t => TimedAsync(() => api.PostAsync("/auth/refresh", new { refresh_token = t.Refresh }))),
                    .. tokens.Select(_ => TimedAsync(() => api.PostAsync("/auth/login", new { email = user.Email, password = user.Password }))),
                    TimedAsync(() => api.PostAsync("/auth/register", new { email = $"{Guid.NewGuid():N}@example.org", password = user.Password })),
                    TimedAsync(() => api.PostAsync("/auth/forgot-password", new { email = user.Email })),
                ]);
                var longest = answers.Max(answer => answer.Took);
                TestContext.Out.WriteLine($"wave {wave}: the slowest of {answers.Length} answers came after {longest.TotalSeconds:0.00} s ({string.Join(' ', answers.Select(answer => $"{answer.Took.TotalSeconds:0.0}"))})");
                Assert.That(answers.Select(answer => (answer.Answer.Status, answer.Answer.Code)), Is.All.EqualTo((HttpStatusCode.ServiceUnavailable, "unavailable")));
                Assert.That(answers.Select(answer => answer.Answer.Headers.ContainsKey("Retry-After")), Is.All.True);
                Assert.That(longest, Is.LessThan(Limit));
            }

            using var http = app.NewClient();
            using var live = await http.GetAsync(new Uri("/health/live", UriKind.Relative));
            Assert.That(live.StatusCode, Is.EqualTo(HttpStatusCode.OK));
            Assert.That(log.Lines.Count(line => line.Contains("Answered 503", StringComparison.Ordinal)), Is.LessThanOrEqualTo(2), "one line in ten seconds");
        }
        finally
        {
            await server.ThawAsync();
        }

        var since = Stopwatch.GetTimestamp();
        await Patience.UntilAsync(async () => (await api.GetAsync("/sessions", tokens[0].Access)).Status == HttpStatusCode.OK);
        await Patience.UntilAsync(() => Task.FromResult(app.Services.GetRequiredService<ChangeFeed>().IsHearing));
        TestContext.Out.WriteLine($"served from memory again after {Stopwatch.GetElapsedTime(since).TotalSeconds:0.00} s");
        Assert.That((await api.PostAsync("/auth/login", new { email = user.Email, password = user.Password })).Status, Is.EqualTo(HttpStatusCode.OK), "no right password counted as a wrong one");
        foreach (var token in tokens)
        {
            // What was rotated unseen is given again to who asks again.
            Assert.That((await api.PostAsync("/auth/refresh", new { refresh_token = token.Refresh })).Status, Is.EqualTo(HttpStatusCode.OK), "nobody is signed out by an outage");
        }

        Assert.That(log.Errors, Is.Empty);
    }

    private static async Task<(ApiAnswer Answer, TimeSpan Took)> TimedAsync(Func<Task<ApiAnswer>> ask)
    {
        var since = Stopwatch.GetTimestamp();
        return (await ask(), Stopwatch.GetElapsedTime(since));
    }
}
