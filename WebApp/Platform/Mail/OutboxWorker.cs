using System.Runtime.ExceptionServices;

namespace WebApp.Platform.Mail;

/// <summary>
/// Empties the outbox of one channel, several messages at once: at every <see cref="OutboxSignal.Wake"/>, when a message falls due or a place
/// becomes free, and every 30 s in case a signal was lost.
/// </summary>
public sealed class OutboxWorker(
    OutboxBacklog backlog, OutboxDelivery delivery, OutboxPlaces places, OutboxSignal signal, TimeProvider time, ILogger<OutboxWorker> logger) : BackgroundService
{
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(30);

    private readonly List<Task> deliveries = [];
    private int failures;
    private Exception? failedDelivery;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                var pause = await WorkAsync(stoppingToken);
                await signal.WaitAsync(pause, stoppingToken);
            }
        }
        finally
        {
            await Task.WhenAll(deliveries);
        }
    }

    /// <summary>Begins all that can be begun now; returns how long there will be nothing unless a signal comes.</summary>
    private async Task<TimeSpan> WorkAsync(CancellationToken cancel)
    {
        try
        {
            if (Interlocked.Exchange(ref failedDelivery, null) is { } failure)
            {
                ExceptionDispatchInfo.Throw(failure);
            }

            var due = await DeliverAllAsync(cancel);
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
        var now = time.GetUtcNow();
        await backlog.DropExpiredAsync(cancel);
        while (await backlog.ClaimAsync(places, cancel) is { } claim)
        {
            deliveries.RemoveAll(delivery => delivery.IsCompleted);
            deliveries.Add(DeliverAsync(claim, cancel));
        }

        var wait = await backlog.NextDueAsync(now, cancel) - time.GetUtcNow();
        return wait switch
        {
            null => Poll,
            { Ticks: <= 0 } => TimeSpan.Zero,
            { } until => Shorter(Poll, until),
        };
    }

    /// <summary>Never throws. The place is free, and the row settled or back in the queue, when it is done.</summary>
    private async Task DeliverAsync(OutboxClaim claim, CancellationToken cancel)
    {
        try
        {
            await using (claim)
            {
                await delivery.DeliverAsync(claim, cancel);
            }
        }
        catch (Exception outage)
        {
            // Of the database; what the mail server does is a result. Or the node stops.
            Volatile.Write(ref failedDelivery, cancel.IsCancellationRequested ? null : outage);
        }
        finally
        {
            signal.Wake();
        }
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
