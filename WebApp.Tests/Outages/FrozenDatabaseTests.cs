using System.Diagnostics;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using WebApp.Platform.Changes;
using WebApp.Tests.Support;

namespace WebApp.Tests.Outages;

/// <summary>A database that takes connections and answers nothing, as a machine that stands still: every request is answered soon.</summary>
[NonParallelizable] // What it prints is how soon it is answered.
[Platform(Include = "Linux", Reason = "Stops the server's processes with signals.")]
[Category("Process")]
public sealed class FrozenDatabaseTests : OwnCluster
{
    // Three seconds are wanted and, on a machine with time, kept (docs/operations.md). This is for a busy one, and below what the limits of before allowed: ten.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(8);

    [Test]
    public async Task Every_request_of_many_at_once_is_answered_503_soon_and_afterwards_all_is_as_before()
    {
        var user = await App.CreateUserAsync();
        List<ApiTokens> tokens = [];
        for (var i = 0; i < 12; i++)
        {
            tokens.Add(await Api.LoginAsync(user)); // One after the other: an account has few attempts at once.
        }

        await Task.WhenAll(tokens.Select(t => Api.GetAsync("/sessions", t.Access))); // The pool holds connections that are frozen as well.
        Log.Clear();

        await Server.FreezeAsync();
        try
        {
            // The first wave meets connections that were open, the second has to open some.
            for (var wave = 1; wave <= 2; wave++)
            {
                var answers = await Task.WhenAll(
                [
                    .. tokens.Select(t => TimedAsync(() => Api.GetAsync("/sessions", t.Access))),
                    .. tokens.Select(t => TimedAsync(() => Api.PostAsync("/auth/refresh", new { refresh_token = t.Refresh }))),
                    .. tokens.Select(_ => TimedAsync(() => Api.PostAsync("/auth/login", new { email = user.Email, password = user.Password }))),
                    TimedAsync(() => Api.PostAsync("/auth/register", new { email = $"{Guid.NewGuid():N}@example.org", password = user.Password })),
                    TimedAsync(() => Api.PostAsync("/auth/forgot-password", new { email = user.Email })),
                ]);
                var longest = answers.Max(answer => answer.Took);
                TestContext.Out.WriteLine($"wave {wave}: the slowest of {answers.Length} answers came after {longest.TotalSeconds:0.00} s ({string.Join(' ', answers.Select(answer => $"{answer.Took.TotalSeconds:0.0}"))})");
                Assert.That(answers.Select(answer => (answer.Answer.Status, answer.Answer.Code)), Is.All.EqualTo((HttpStatusCode.ServiceUnavailable, "unavailable")));
                Assert.That(answers.Select(answer => answer.Answer.Headers.ContainsKey("Retry-After")), Is.All.True);
                Assert.That(longest, Is.LessThan(Limit));
            }

            using var http = App.NewClient();
            using var live = await http.GetAsync(new Uri("/health/live", UriKind.Relative));
            Assert.That(live.StatusCode, Is.EqualTo(HttpStatusCode.OK));
            Assert.That(Log.Lines.Count(line => line.Contains("Answered 503", StringComparison.Ordinal)), Is.LessThanOrEqualTo(2), "one line in ten seconds");
        }
        finally
        {
            await Server.ThawAsync();
        }

        var since = Stopwatch.GetTimestamp();
        await Patience.UntilAsync(async () => (await Api.GetAsync("/sessions", tokens[0].Access)).Status == HttpStatusCode.OK);
        await Patience.UntilAsync(() => Task.FromResult(App.Services.GetRequiredService<ChangeFeed>().IsConnected));
        TestContext.Out.WriteLine($"served from memory again after {Stopwatch.GetElapsedTime(since).TotalSeconds:0.00} s");
        Assert.That((await Api.PostAsync("/auth/login", new { email = user.Email, password = user.Password })).Status, Is.EqualTo(HttpStatusCode.OK), "no right password counted as a wrong one");
        foreach (var token in tokens)
        {
            // What was rotated unseen is given again to who asks again.
            Assert.That((await Api.PostAsync("/auth/refresh", new { refresh_token = token.Refresh })).Status, Is.EqualTo(HttpStatusCode.OK), "nobody is signed out by an outage");
        }

        Assert.That(Log.Errors, Is.Empty);
    }

    private static async Task<(Answer Answer, TimeSpan Took)> TimedAsync(Func<Task<Answer>> ask)
    {
        var since = Stopwatch.GetTimestamp();
        return (await ask(), Stopwatch.GetElapsedTime(since));
    }
}
