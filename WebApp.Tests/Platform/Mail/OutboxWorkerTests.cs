using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Npgsql;
using WebApp.Platform.Mail;
using WebApp.Platform.Mail.Transports;
using WebApp.Platform.Workers;

namespace WebApp.Tests.Platform.Mail;

[Parallelizable(ParallelScope.All)]
public sealed class OutboxWorkerTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    [Test]
    public async Task Worker_sends_what_waits_and_what_it_is_woken_for()
    {
        var bench = await OutboxBench.CreateAsync();
        var signal = new WakeSignal(TimeProvider.System);
        using var sent = CountAcceptances(bench);
        await bench.QueueAsync("before@example.net");
        using var worker = bench.Worker(signal);
        await worker.StartAsync(default);
        Assert.That(await sent.WaitAsync(Patience), Is.True);

        await bench.QueueAsync("after@example.net");
        signal.Wake();

        // Well under the poll of 30 s: only the signal can have done it.
        Assert.That(await sent.WaitAsync(Patience), Is.True);
        await worker.StopAsync(default);
        Assert.That(bench.Transport.Accepted.Select(mail => mail.To), Is.EqualTo(["before@example.net", "after@example.net"]));
    }

    [Test]
    public async Task Worker_stopped_in_the_middle_of_a_mail_leaves_it_for_the_next()
    {
        var bench = await OutboxBench.CreateAsync();
        await bench.QueueAsync();
        var onTheWire = new TaskCompletionSource();
        bench.Transport.Send = async (_, cancel) =>
        {
            onTheWire.SetResult();
            await Task.Delay(Timeout.Infinite, cancel);
            return new DeliveryResult.Accepted();
        };
        using var stopped = bench.Worker(new(TimeProvider.System));
        await stopped.StartAsync(default);
        await onTheWire.Task.WaitAsync(Patience);
        await stopped.StopAsync(default);
        Assert.That(await bench.RowAsync(), Has.Property("SentAt").Null.And.Property("Attempts").EqualTo(0).And.Property("Body").Not.Null);

        using var sent = CountAcceptances(bench);
        using var next = bench.Worker(new(TimeProvider.System));
        await next.StartAsync(default);
        Assert.That(await sent.WaitAsync(Patience), Is.True);
        await next.StopAsync(default);
        Assert.That((await bench.RowAsync()).SentAt, Is.Not.Null);
    }

    [Test]
    public async Task Worker_outlives_the_database_says_so_once_and_goes_on()
    {
        var bench = await OutboxBench.CreateAsync();
        var signal = new WakeSignal(TimeProvider.System);
        var log = new Said();
        using var sent = CountAcceptances(bench);
        await using var db = await bench.OpenAsync();
        var name = db.Database.GetDbConnection().Database;
        await bench.QueueAsync();
        await using var admin = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(db.Database.GetConnectionString()) { Database = "postgres", Pooling = false });
        await Run(admin, $"ALTER DATABASE {name} ALLOW_CONNECTIONS false");
        await Run(admin, $"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{name}'");

        using var worker = bench.Worker(signal, log);
        await worker.StartAsync(default);
        Assert.That(await log.Outages.WaitAsync(Patience), Is.True);
        signal.Wake();
        await Run(admin, $"ALTER DATABASE {name} ALLOW_CONNECTIONS true");

        Assert.That(await sent.WaitAsync(Patience), Is.True);
        await worker.StopAsync(default);
        Assert.That(log.Outages.CurrentCount, Is.Zero, "said once");
    }

    [Test]
    public async Task Wake_before_the_wait_is_not_lost_and_many_are_one()
    {
        var signal = new WakeSignal(TimeProvider.System);
        signal.Wake();
        signal.Wake();

        Assert.That(signal.WaitAsync(TimeSpan.FromHours(1), default).IsCompleted, Is.True);
        using var cancel = new CancellationTokenSource();
        var second = signal.WaitAsync(TimeSpan.FromHours(1), cancel.Token);
        Assert.That(second.IsCompleted, Is.False);
        await cancel.CancelAsync();
        Assert.That(async () => await second, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(async () => await signal.WaitAsync(TimeSpan.FromMilliseconds(1), default), Throws.Nothing);
    }

    private static SemaphoreSlim CountAcceptances(OutboxBench bench)
    {
        var sent = new SemaphoreSlim(0);
        bench.Transport.Send = (_, _) =>
        {
            sent.Release();
            return Task.FromResult<DeliveryResult>(new DeliveryResult.Accepted());
        };
        return sent;
    }

    private static async Task Run(NpgsqlDataSource admin, string sql)
    {
        await using var command = admin.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private sealed class Said : ILogger<OutboxWorker>
    {
        public SemaphoreSlim Outages { get; } = new(0);

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel == LogLevel.Warning)
            {
                Outages.Release();
            }
        }
    }
}
