using Microsoft.Extensions.DependencyInjection;
using WebApp.Platform.Data;
using WebApp.Platform.Workers;
using WebApp.Tests.Support;

namespace WebApp.Tests.Platform.Workers;

/// <summary>Recurring work is done when the database says it is due: by one node, and however often nodes are restarted.</summary>
public sealed class DueWorkTests : OwnApp
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private DueWorks Due => App.Services.GetRequiredService<DueWorks>();

    [Test]
    public async Task A_node_that_is_restarted_more_often_than_hourly_still_purges()
    {
        await using var first = await TestApp.StartAsync();
        var user = await first.CreateUserAsync();
        await first.QueryAsync<object>("UPDATE users SET deletion_requested_at = now() - interval '31 days' WHERE id = $1", user.Id);
        await first.QueryAsync<object>(
            "INSERT INTO one_time_secrets (id, purpose, token_hash, code_hash, created_at, expires_at, code_tries) VALUES (gen_random_uuid(), 'reset-password', '', '', 'epoch', 'epoch', 0)");
        await Patience.UntilAsync(async () => await first.QueryAsync<long>(
            "SELECT (SELECT count(*) FROM users WHERE id = $1) + (SELECT count(*) FROM one_time_secrets WHERE created_at = 'epoch')", user.Id) == 0);
    }

    [Test]
    public async Task Work_is_due_an_interval_after_it_was_done_on_whichever_node()
    {
        await using var other = await TestApp.StartAsync(App.ConnectionString);
        var (runs, name) = (0, $"{Guid.NewGuid()}");
        async Task<bool> RunAsync(DueWorks due) => await due.RunAsync(name, Hour, _ => Task.FromResult(++runs), default);
        Assert.That(await RunAsync(Due), Is.True);
        Assert.That(await RunAsync(Due), Is.False);
        Assert.That(await RunAsync(other.Services.GetRequiredService<DueWorks>()), Is.False);
        other.Clock.Advance(Hour + TimeSpan.FromMinutes(1));
        Assert.That(await RunAsync(other.Services.GetRequiredService<DueWorks>()), Is.True);
        Assert.That(runs, Is.EqualTo(2));
    }

    [Test]
    public async Task One_node_does_it_at_a_time()
    {
        TaskCompletionSource began = new(TaskCreationOptions.RunContinuationsAsynchronously), end = new(TaskCreationOptions.RunContinuationsAsynchronously);
        var name = $"{Guid.NewGuid()}";
        var running = Due.RunAsync(name, Hour, _ =>
        {
            began.SetResult();
            return end.Task;
        }, default);
        await began.Task;
        Assert.That(await Due.RunAsync(name, Hour, _ => throw new InvalidOperationException("It is being done."), default), Is.False);
        end.SetResult();
        Assert.That(await running, Is.True);
    }

    [Test]
    public async Task What_failed_stays_due()
    {
        var name = $"{Guid.NewGuid()}";
        Assert.That(async () => await Due.RunAsync(name, Hour, _ => throw new InvalidOperationException(), default), Throws.InvalidOperationException);
        Assert.That(await Due.RunAsync(name, Hour, _ => Task.CompletedTask, default), Is.True);
    }

    [Test]
    public async Task What_a_clock_did_that_ran_ahead_is_due_again_once_it_is_set_right()
    {
        var name = $"{Guid.NewGuid()}";
        await Due.RunAsync(name, Hour, _ => Task.CompletedTask, default);
        await App.QueryAsync<object>("UPDATE due_work SET done_at = now() + interval '1 day' WHERE name = $1", name);
        Assert.That(await Due.RunAsync(name, Hour, _ => Task.CompletedTask, default), Is.True);
    }

    [Test]
    public void Every_worker_that_recurs_by_the_hour_or_the_day_is_one_of_these() => Assert.That(
        typeof(AppDbContext).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(DueWorker))).Select(type => type.Name).Order(),
        Is.EqualTo(["AccountErasure", "AuditPruneWorker", "ImpersonationEnds", "MetricSpanWorker", "OutboxPruneWorker", "PruneWorker"]));
}
