using System.Runtime.ExceptionServices;
using Microsoft.EntityFrameworkCore.Storage;
using WebApp.Platform.Data;
using WebApp.Platform.Workers;

namespace WebApp.Platform.Mail;

/// <summary>
/// Sends the messages of one channel, several at once: at every <see cref="WakeSignal.Wake"/>, when a message becomes due, when capacity
/// becomes free, and every 30 s in case a signal was lost.
/// </summary>
public sealed class OutboxWorker(
    OutboxBacklog backlog, OutboxDelivery delivery, OutboxPlaces places, WakeSignal signal, TimeProvider time, ILogger<OutboxWorker> logger) : BackgroundService
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
            await signal.WaitAsync(WakeSignal.FirstLook, stoppingToken);
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

    /// <summary>Starts all deliveries that are possible now; returns how long to wait if there is no signal.</summary>
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
            // The database is unreachable, which can throw many kinds of exceptions. The worker must survive all of them.
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

    /// <summary>Never throws. At completion the place is free, and the row is saved or back in the queue.</summary>
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
            // A database failure, or the node stops; failures of the mail server are results.
            Volatile.Write(ref failedDelivery, cancel.IsCancellationRequested ? null : outage);
        }
        finally
        {
            signal.Wake();
        }
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;
}

/// <summary>A message whose row this node has locked. If it is disposed without a save, the row is released unchanged.</summary>
public sealed class OutboxClaim(AppDbContext db, IDbContextTransaction transaction, OutboxMessage message, OutboxPlaces places) : IAsyncDisposable
{
    /// <summary>The message. Changes to it are saved by <see cref="SaveAsync"/>.</summary>
    public OutboxMessage Message => message;

    /// <summary>Saves the result. The message may be sent already, so this cannot be cancelled.</summary>
    public async Task SaveAsync()
    {
        await db.SaveChangesAsync(CancellationToken.None);
        await transaction.CommitAsync(CancellationToken.None);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await transaction.DisposeAsync();
            await db.DisposeAsync();
        }
        finally
        {
            places.Release(message);
        }
    }
}
