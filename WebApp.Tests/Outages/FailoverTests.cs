using System.Diagnostics;
using System.Net;
using WebApp.Tests.Support;

namespace WebApp.Tests.Outages;

/// <summary>
/// Three nodes behind nginx on a primary with a standby. The primary is killed under load and the standby promoted: what was answered is there, and what was
/// revoked stays so.
/// </summary>
[NonParallelizable] // What it prints is how soon it is answered.
[Platform(Include = "Linux", Reason = "Kills the server's processes with signals.")]
[Category("Process")]
public sealed class FailoverTests
{
    // Five seconds are wanted and, on a machine with time, kept (docs/operations.md). This is for a busy one.
    private static readonly TimeSpan Recovery = TimeSpan.FromSeconds(15);

    [Test]
    public async Task With_a_synchronous_standby_no_answered_write_is_lost_and_no_revoked_token_passes()
    {
        await using var site = await FailoverSite.StartAsync(isSynchronous: true);
        var (load, outage) = await FailOverAsync(site);
        var lost = await load.FindLostAsync(site);

        Report("synchronous", load, lost, outage);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(lost, Is.Empty);
            Assert.That(load.RevokedAccepted, Is.Empty);
            Assert.That(load.Unexpected, Is.Empty);
            Assert.That(load.Writes, Is.GreaterThan(20), "there was load");
        }
    }

    [Test]
    public async Task With_an_asynchronous_standby_it_comes_back_as_soon_without_what_the_standby_had_not_received()
    {
        await using var site = await FailoverSite.StartAsync(isSynchronous: false);
        var (load, outage) = await FailOverAsync(site, async load =>
        {
            // A standby that has fallen behind: it receives nothing more, and the primary answers all the same.
            await site.Standby.QueryAsync("ALTER SYSTEM SET primary_conninfo = ''");
            await site.Standby.QueryAsync("SELECT pg_reload_conf()");
            await Patience.UntilAsync(async () => await site.Primary.QueryAsync("SELECT count(*) FROM pg_stat_replication") is 0L);
            var (writes, since) = (load.Writes, Stopwatch.GetTimestamp());
            await load.AnsweredAsync(10);
            TestContext.Out.WriteLine($"the standby was behind by {Stopwatch.GetElapsedTime(since).TotalSeconds:0.00} s, in which {load.Writes - writes} writes were answered");
        });
        var lost = await load.FindLostAsync(site);

        Report("asynchronous", load, lost, outage);
        Assert.That(lost, Is.Not.Empty, "this is what asynchronous replication costs, or the test would not see a loss");
    }

    private static void Report(string replication, FailoverLoad load, IReadOnlyCollection<string> lost, TimeSpan outage) => TestContext.Out.WriteLine(
        $"{replication}: {load.Writes} answered writes, {lost.Count} of them lost; {load.Unavailable} answers 503; revoked tokens accepted: {load.RevokedAccepted.Count}; "
        + $"longest time without an answered login: {load.LongestGap.TotalSeconds:0.00} s, of that after the promotion {outage.TotalSeconds:0.00} s");

    private static async Task<(FailoverLoad Load, TimeSpan Outage)> FailOverAsync(FailoverSite site, Func<FailoverLoad, Task>? prepare = null)
    {
        var load = new FailoverLoad(site);
        await load.BeginAsync();
        await load.AnsweredAsync(30);
        await (prepare?.Invoke(load) ?? Task.CompletedTask);
        await site.Primary.KillAsync();
        await site.Standby.QueryAsync("SELECT pg_promote()"); // Returns when it is done.
        var promoted = Stopwatch.GetTimestamp();
        var before = load.Logins;
        await Patience.UntilAsync(() => Task.FromResult(load.Logins > before));
        await Task.WhenAll(site.Nodes.Select(async node =>
        {
            using var http = node.NewClient();
            var api = new ApiClient(http);
            await Patience.UntilAsync(async () => (await api.GetAsync("/sessions", site.Tokens.Access)).Status == HttpStatusCode.OK);
        }));

        var outage = Stopwatch.GetElapsedTime(promoted);
        Assert.That(outage, Is.LessThan(Recovery), "every node asks the promoted server soon after the promotion, and people sign in");
        await load.AnsweredAsync(30);
        await load.EndAsync();
        return (load, outage);
    }
}
