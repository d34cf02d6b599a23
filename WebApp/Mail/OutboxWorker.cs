namespace WebApp.Mail;

/// <summary>Empties the outbox: at every <see cref="OutboxSignal.Wake"/>, when a message falls due, and every 30 s in case a signal was lost.</summary>
public sealed class OutboxWorker(OutboxDelivery delivery, OutboxPruning pruning, OutboxSignal signal, TimeProvider time, ILogger<OutboxWorker> logger) : BackgroundService
{
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan BetweenPrunings = TimeSpan.FromHours(1);

    private DateTimeOffset nextPruning = DateTimeOffset.MinValue;
    private int failures;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var pause = await WorkAsync(stoppingToken);
            await signal.WaitAsync(pause, stoppingToken);
        }
    }

    /// <summary>Does all there is to do now; returns how long there will be nothing.</summary>
    private async Task<TimeSpan> WorkAsync(CancellationToken cancel)
    {
        try
        {
            var due = await DeliverAllAsync(cancel);
            await PruneHourlyAsync(cancel);
            if (failures > 0)
            {
                failures = 0;
                logger.OutboxAvailable();
            }

            return due;
        }
        catch (Exception outage) when (!cancel.IsCancellationRequested)
        {
            // The database is away, in whichever of its many exceptions. A queue outlives that.
            if (++failures == 1)
            {
                logger.OutboxUnavailable(outage);
            }

            return Shorter(Poll, BackOff.After(failures, Random.Shared.NextDouble()));
        }
    }

    private async Task<TimeSpan> DeliverAllAsync(CancellationToken cancel)
    {
        DateTimeOffset now;
        do
        {
            now = time.GetUtcNow();
        }
        while (await delivery.DeliverNextAsync(now, cancel));

        var wait = await delivery.NextDueAsync(now, cancel) - time.GetUtcNow();
        return wait switch
        {
            null => Poll,
            { Ticks: <= 0 } => TimeSpan.Zero,
            { } until => Shorter(Poll, until),
        };
    }

    private async Task PruneHourlyAsync(CancellationToken cancel)
    {
        if (time.GetUtcNow() is var now && now >= nextPruning)
        {
            await pruning.PruneAsync(cancel);
            nextPruning = now + BetweenPrunings;
        }
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
