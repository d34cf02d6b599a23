using Microsoft.EntityFrameworkCore;
using WebApp.Platform.Mail;
using WebApp.Platform.Mail.Transports;

namespace WebApp.Tests.Platform.Mail;

[Parallelizable(ParallelScope.All)]
public sealed class OutboxDeliveryTests
{
    [Test]
    public async Task Sent_mail_is_marked_and_its_body_erased()
    {
        var bench = await OutboxBench.CreateAsync();
        await bench.QueueAsync();

        Assert.That(await bench.DeliverNextAsync(), Is.True);

        var row = await bench.RowAsync();
        Assert.That((row.SentAt, row.Body, row.Attempts), Is.EqualTo(((DateTimeOffset?)bench.Time.GetUtcNow(), (byte[]?)null, 1)));
        Assert.That(await bench.DeliverNextAsync(), Is.False, "once is enough");
    }

    [Test]
    public async Task Transport_that_keeps_mail_keeps_the_body()
    {
        var bench = new OutboxBench(await OutboxDatabase.CreateAsync()) { Transport = new() { KeepsMail = true } };
        await bench.QueueAsync();

        await bench.DeliverNextAsync();

        var row = await bench.RowAsync();
        Assert.That((row.SentAt is not null, row.Body is not null), Is.EqualTo((true, true)));
    }

    [Test]
    public async Task Nodes_in_parallel_send_each_mail_once()
    {
        var bench = await OutboxBench.CreateAsync();
        for (var i = 0; i < 20; i++)
        {
            await bench.QueueAsync($"user{i}@example.net");
        }

        // Every node holds its first mail until all four have one: they are truly at it together.
        var meeting = new CountdownEvent(4);
        var met = new TaskCompletionSource();
        bench.Transport.Send = async (_, cancel) =>
        {
            if (!met.Task.IsCompleted && meeting.Signal())
            {
                met.SetResult();
            }

            await met.Task.WaitAsync(TimeSpan.FromSeconds(10), cancel);
            return new DeliveryResult.Accepted();
        };
        await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            while (await bench.DeliverNextAsync())
            {
            }
        }));

        Assert.That(bench.Transport.Accepted.Select(mail => mail.To), Is.Unique.And.Exactly(20).Items);
    }

    [Test]
    public async Task Deferred_mail_waits_twice_as_long_each_time_and_is_sent_in_the_end()
    {
        var bench = await OutboxBench.CreateAsync();
        await bench.QueueAsync();
        bench.Transport.Send = (_, _) => Task.FromResult<DeliveryResult>(new DeliveryResult.Deferred("451 <ada@example.net> is\r\nbusy"));
        foreach (var seconds in new[] { 1, 2, 4, 8 })
        {
            Assert.That(await bench.DeliverNextAsync(), Is.True);
            var wait = (await bench.RowAsync()).NextAttemptAt - bench.Time.GetUtcNow();
            Assert.That(wait.TotalSeconds, Is.InRange(0.8 * seconds, 1.2 * seconds));
            Assert.That(await bench.DeliverNextAsync(), Is.False, "not before its time");
            Assert.That(await bench.Backlog.NextDueAsync(bench.Time.GetUtcNow(), default), Is.EqualTo((await bench.RowAsync()).NextAttemptAt));
            bench.Time.Advance(wait);
        }

        var row = await bench.RowAsync();
        Assert.That((row.Attempts, row.LastError), Is.EqualTo((4, "451 <(address)> is  busy")));

        bench.Transport.Send = (_, _) => Task.FromResult<DeliveryResult>(new DeliveryResult.Accepted());
        await bench.DeliverNextAsync();
        Assert.That((await bench.RowAsync()).SentAt, Is.Not.Null);
    }

    [Test]
    public async Task Mail_is_given_up_after_three_days_and_its_body_erased()
    {
        var bench = await OutboxBench.CreateAsync();
        await bench.QueueAsync();
        bench.Transport.Send = (_, _) => Task.FromResult<DeliveryResult>(new DeliveryResult.Deferred("451 busy"));
        bench.Time.Advance(TimeSpan.FromHours(71.9));
        await bench.DeliverNextAsync();
        Assert.That((await bench.RowAsync()).FailedAt, Is.Null);

        bench.Time.Advance(TimeSpan.FromHours(0.1));
        await bench.DeliverNextAsync();

        var row = await bench.RowAsync();
        Assert.That((row.FailedAt, row.Body, row.LastError), Is.EqualTo(((DateTimeOffset?)bench.Time.GetUtcNow(), (byte[]?)null, "451 busy")));
        bench.Time.Advance(TimeSpan.FromDays(1));
        Assert.That(await bench.DeliverNextAsync(), Is.False);
    }

    [Test]
    public async Task Refused_mail_is_given_up_at_once_and_the_note_names_nobody()
    {
        var bench = await OutboxBench.CreateAsync();
        await bench.QueueAsync();
        bench.Transport.Send = (_, _) => Task.FromResult<DeliveryResult>(new DeliveryResult.Refused("550 ada@example.net unknown " + new string('x', 1000)));

        await bench.DeliverNextAsync();

        var row = await bench.RowAsync();
        Assert.That((row.FailedAt is not null, row.Body is not null, row.SentAt), Is.EqualTo((true, true, (DateTimeOffset?)null)), "It may be tried again by hand.");
        Assert.That(row.LastError, Does.StartWith("550 (address) unknown x").And.Length.EqualTo(400));
        Assert.That(await bench.DeliverNextAsync(), Is.False);
    }

    [Test]
    public async Task Body_that_cannot_be_read_is_put_back_and_the_next_mail_is_sent()
    {
        var bench = await OutboxBench.CreateAsync();
        await bench.QueueAsync();
        await using (var db = await bench.OpenAsync())
        {
            await db.OutboxMessages.ExecuteUpdateAsync(set => set.SetProperty(m => m.Body, new byte[] { 1, 2, 3 }).SetProperty(m => m.NextAttemptAt, m => m.NextAttemptAt.AddSeconds(-1)));
        }

        await bench.QueueAsync("grace@example.net");
        Assert.That((await bench.DeliverNextAsync(), await bench.DeliverNextAsync(), await bench.DeliverNextAsync()), Is.EqualTo((true, true, false)));
        Assert.That(bench.Transport.Accepted.Select(mail => mail.To), Is.EqualTo(["grace@example.net"]));
        await using var later = await bench.OpenAsync();
        Assert.That(await later.OutboxMessages.SingleAsync(m => m.SentAt == null), Has.Property("LastError").EqualTo("The body cannot be decrypted.").And.Property("FailedAt").Null);
    }

    [Test]
    public async Task Transport_that_throws_defers_the_mail_without_quoting_the_exception()
    {
        var bench = await OutboxBench.CreateAsync();
        await bench.QueueAsync();
        bench.Transport.Send = (mail, _) => throw new FormatException(mail.To);

        Assert.That(await bench.DeliverNextAsync(), Is.True);

        Assert.That((await bench.RowAsync()).LastError, Is.EqualTo("The transport broke with FormatException."));
    }

    [Test]
    public async Task Mail_on_the_wire_of_a_process_that_dies_is_free_at_once()
    {
        var bench = await OutboxBench.CreateAsync();
        await bench.QueueAsync();
        var onTheWire = new TaskCompletionSource();
        var dead = new TaskCompletionSource();
        bench.Transport.Send = async (_, _) =>
        {
            onTheWire.SetResult();
            await dead.Task;
            return new DeliveryResult.Deferred("never written");
        };
        var dying = bench.DeliverNextAsync();
        await onTheWire.Task;
        Assert.That(await bench.DeliverNextAsync(), Is.False, "held while on the wire");

        await using var db = await bench.OpenAsync();
        await db.Database.ExecuteSqlAsync($"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()");
        bench.Transport.Send = (_, _) => Task.FromResult<DeliveryResult>(new DeliveryResult.Accepted());

        // The pool may still hold the other connections that were ended with it.
        Npgsql.NpgsqlConnection.ClearPool((Npgsql.NpgsqlConnection)db.Database.GetDbConnection());
        Assert.That(await bench.DeliverNextAsync(), Is.True);
        dead.SetResult();
        Assert.That(async () => await dying, Throws.Exception);
        Assert.That(await bench.RowAsync(), Has.Property("SentAt").Not.Null.And.Property("Attempts").EqualTo(1));
    }

    [Test]
    public async Task Old_rows_are_pruned_and_waiting_mail_is_not()
    {
        var bench = await OutboxBench.CreateAsync();
        await bench.QueueAsync("sent@example.net");
        await bench.DeliverNextAsync();
        bench.Transport.Send = (_, _) => Task.FromResult<DeliveryResult>(new DeliveryResult.Refused("550"));
        await bench.QueueAsync("refused@example.net");
        await bench.DeliverNextAsync();
        await bench.QueueAsync("waiting@example.net");
        bench.Time.Advance(TimeSpan.FromDays(29.9));
        await bench.Pruning.PruneAsync(default);
        Assert.That(await bench.CountAsync(), Is.EqualTo(3));

        bench.Time.Advance(TimeSpan.FromDays(0.2));
        await bench.Pruning.PruneAsync(default);

        Assert.That(await bench.RowAsync(), Has.Property("SentAt").Null.And.Property("FailedAt").Null);
    }

    [TestCase(1, 0.0, 0.8)]
    [TestCase(1, 1.0, 1.2)]
    [TestCase(11, 0.5, 1024)]
    [TestCase(13, 1.0, 3600)]
    [TestCase(int.MaxValue, 0.5, 3600)]
    public void Waits_grow_to_an_hour_and_no_further(int attempts, double chance, double seconds) =>
        Assert.That(BackOff.After(attempts, chance).TotalSeconds, Is.EqualTo(seconds).Within(0.001));
}
