using Microsoft.Extensions.DependencyInjection;
using WebApp.Features.Audit;
using WebApp.Platform.Data;
using WebApp.Platform.Http.Client;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.Audit;

public sealed class ChainTests
{
    [Test]
    public async Task Many_writers_on_two_applications_make_one_unbroken_chain()
    {
        await using var one = await TestApp.StartAsync();
        await using var two = await AuditScene.StartAsync(one.ConnectionString);
        await using var other = await TestApp.StartAsync(one.ConnectionString);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => WriteAsync(i % 2 == 0 ? one : other, 50)));
        await Patience.UntilAsync(async () => await one.QueryAsync<long>("SELECT count(*) FROM security_events WHERE seq IS NULL") == 0);

        var report = await two.VerifyAsync();
        Assert.That(report.Faults, Is.Empty);
        Assert.That(report.Events, Is.EqualTo(400));
        Assert.That(await one.QueryAsync<long>("SELECT max(seq) FROM security_events"), Is.EqualTo(400));
    }

    [Test]
    public async Task An_event_whose_transaction_fails_leaves_nothing_and_no_gap()
    {
        await using var scene = await AuditScene.StartAsync();
        await scene.WriteAsync(2);
        await scene.SealAsync();
        await using (var db = await scene.NewContextAsync())
        {
            await using var transaction = await db.Database.BeginTransactionAsync();
            scene.App.Services.GetRequiredService<AuditTrail>().Add(db, SecurityEventKind.SignedIn, new ClientInfo(null, null));
            await db.SaveChangesAsync();
            Assert.That(await scene.SealAsync(), Is.Zero, "nobody sees it yet");
        }

        await scene.WriteAsync(1);
        Assert.That(await scene.SealAsync(), Is.EqualTo(1));
        Assert.That(await scene.App.QueryAsync<long>("SELECT max(seq) FROM security_events"), Is.EqualTo(3));
        await scene.AssertWholeAsync();
    }

    [Test]
    public async Task An_event_that_waits_for_its_seal_for_more_than_a_minute_is_named()
    {
        await using var scene = await AuditScene.StartAsync();
        var ids = await scene.WriteAsync(1);
        var fresh = await scene.VerifyAsync();
        Assert.That((fresh.IsWhole, fresh.Waiting), Is.EqualTo((true, 1L)));

        scene.App.Clock.Advance(TimeSpan.FromSeconds(61));
        Assert.That((await scene.VerifyAsync()).Faults.Select(fault => $"{fault}"), Is.EqualTo([$"event {ids[0]} waits for its seal since {await AtAsync(scene, ids[0]):u}"]));
        await scene.SealAsync();
        await scene.AssertWholeAsync();
    }

    [Test]
    public async Task Events_from_before_the_chain_are_taken_into_it_once()
    {
        await using var scene = await AuditScene.StartAsync();
        await scene.SqlAsync("INSERT INTO security_events (id, at, kind, ip) SELECT gen_random_uuid(), now(), 'signed_in', '::1' FROM generate_series(1, 2500)");
        Assert.That(await scene.SealAsync(), Is.EqualTo(2500));
        await scene.AssertWholeAsync();

        await scene.SqlAsync("INSERT INTO security_events (id, at, kind) VALUES (gen_random_uuid(), now(), 'signed_in')");
        await scene.SealAsync();
        Assert.That((await scene.VerifyAsync()).FaultCount, Is.EqualTo(1));
    }

    [Test]
    public async Task Retention_removes_the_oldest_and_leaves_a_chain()
    {
        await using var scene = await AuditScene.StartAsync();
        await scene.WriteAsync(5);
        await scene.SealAsync();
        var old = await scene.CheckpointAsync();
        scene.App.Clock.Advance(TimeSpan.FromDays(401));
        await scene.WriteAsync(4);
        await scene.SealAsync();
        var kept = await scene.CheckpointAsync();

        Assert.That(await scene.PruneAsync(TimeSpan.FromDays(400)), Is.EqualTo(5));
        Assert.That(await scene.PruneAsync(TimeSpan.FromDays(400)), Is.Zero);
        await scene.AssertWholeAsync(old, kept);

        await scene.SqlAsync("DELETE FROM security_events WHERE seq = 6");
        Assert.That((await scene.VerifyAsync(old, kept)).Faults.Select(fault => $"{fault}"), Is.EqualTo(["event 6 was removed"]));
    }

    [Test]
    public async Task All_of_it_can_grow_old_and_the_chain_goes_on()
    {
        await using var scene = await AuditScene.StartAsync();
        await scene.WriteAsync(3);
        await scene.SealAsync();
        scene.App.Clock.Advance(TimeSpan.FromDays(2));
        Assert.That(await scene.PruneAsync(TimeSpan.FromDays(1)), Is.EqualTo(3));
        await scene.AssertWholeAsync();
        await scene.WriteAsync(2);
        await scene.SealAsync();
        await scene.AssertWholeAsync(await scene.CheckpointAsync());
        Assert.That(await scene.App.QueryAsync<long>("SELECT min(seq) FROM security_events"), Is.EqualTo(4));
    }

    [Test]
    public async Task Events_that_were_dated_back_by_hand_are_not_removed_for_it()
    {
        await using var scene = await AuditScene.StartAsync();
        await scene.WriteAsync(5);
        await scene.SealAsync();
        await scene.SqlAsync("UPDATE security_events SET at = at - interval '500 days'");
        Assert.That(await scene.PruneAsync(TimeSpan.FromDays(400)), Is.Zero);
        Assert.That((await scene.VerifyAsync()).FaultCount, Is.EqualTo(5));

        // They go when a genuine event after them is old enough.
        await scene.WriteAsync(2);
        await scene.SealAsync();
        scene.App.Clock.Advance(TimeSpan.FromDays(401));
        Assert.That(await scene.PruneAsync(TimeSpan.FromDays(400)), Is.EqualTo(7));
        await scene.AssertWholeAsync();
    }

    [Test]
    public async Task Retention_goes_on_after_a_whole_batch_of_faulty_events()
    {
        await using var scene = await AuditScene.StartAsync();
        await scene.SqlAsync("INSERT INTO security_events (id, at, kind) SELECT gen_random_uuid(), now(), 'signed_in' FROM generate_series(1, 5010)");
        await scene.SealAsync();
        await scene.SqlAsync("UPDATE security_events SET kind = 'signed_out' WHERE seq <= 5005");
        Assert.That(await scene.PruneAsync(TimeSpan.FromDays(400)), Is.Zero);
        scene.App.Clock.Advance(TimeSpan.FromDays(401));
        Assert.That(await scene.PruneAsync(TimeSpan.FromDays(400)), Is.EqualTo(5010));
    }

    private static Task<DateTime> AtAsync(AuditScene scene, Guid id) => scene.App.QueryAsync<DateTime>("SELECT at FROM security_events WHERE id = $1", id);

    private static async Task WriteAsync(TestApp app, int count)
    {
        var audit = app.Services.GetRequiredService<AuditTrail>();
        for (var i = 0; i < count; i++)
        {
            await using var scope = app.Services.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<AppDbContext>();
            audit.Add(db, SecurityEventKind.SignedIn, new ClientInfo(System.Net.IPAddress.IPv6Loopback, "curl/8"), Guid.NewGuid());
            await db.SaveChangesAsync();
        }
    }
}
