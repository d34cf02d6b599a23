using System.Runtime.ExceptionServices;
using Microsoft.EntityFrameworkCore.Storage;
using WebApp.Platform.Data;
using WebApp.Platform.Workers;

namespace WebApp.Platform.Mail;

/// <summary>
/// Empties the outbox of one channel, several messages at once: at every <see cref="WakeSignal.Wake"/>, when a message falls due or a place
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

/// <summary>A message whose row this node has locked. Disposed without a save, it goes back to the queue as it was.</summary>
public sealed class OutboxClaim(AppDbContext db, IDbContextTransaction transaction, OutboxMessage message, OutboxPlaces places) : IAsyncDisposable
{
    /// <summary>The message. Changes to it are saved by <see cref="SaveAsync"/>.</summary>
    public OutboxMessage Message => message;

    /// <summary>Saves what became of the message. It may be sent already, so nothing cancels this.</summary>
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

/// <summary>
/// How many messages of one channel this node sends at once. Less urgent ones get fewer places (of eight: six for links and less, four for
/// notices and less, two for digests), and a recipient's domain gets a quarter of them and one more for sign-in codes. So neither a flood of
/// notices nor a domain whose server hangs keeps a sign-in code waiting.
/// </summary>
/// <param name="count"><c>Email:Concurrency</c>.</param>
public sealed class OutboxPlaces(int count)
{
    private const int Classes = (int)MailPriority.Digest + 1;

    private readonly Lock gate = new();
    private readonly List<OutboxMessage> taken = [];

    private int ForOneDomain => Math.Max(1, count / Classes);

    // Not all of them, even where there are few.
    private int ForCodesOfOneDomain => Math.Max(1, Math.Min(ForOneDomain + 1, count - 1));

    /// <summary>Which messages there is a place for now; null where for none.</summary>
    public OutboxVacancy? Find()
    {
        lock (gate)
        {
            var classes = Enumerable.Range(0, Classes).TakeWhile(least => taken.Count(m => (int)m.Priority >= least) < Limit(least)).Count();
            return classes == 0 ? null : new(
                classes == Classes ? short.MaxValue : (short)(classes - 1),
                DomainsWith(ForOneDomain),
                DomainsWith(ForCodesOfOneDomain));
        }
    }

    /// <summary>Takes a place for a message.</summary>
    public void Take(OutboxMessage message)
    {
        lock (gate)
        {
            taken.Add(message);
        }
    }

    /// <summary>Gives it back.</summary>
    public void Release(OutboxMessage message)
    {
        lock (gate)
        {
            taken.Remove(message);
        }
    }

    /// <summary>How many places messages of this class and those less urgent have together.</summary>
    private int Limit(int priority) => Math.Max(1, count * (Classes - priority) / Classes);

    private long[] DomainsWith(int places) =>
        [.. taken.GroupBy(m => m.RecipientDomain ?? OutboxMessage.UnknownDomain).Where(domain => domain.Count() >= places).Select(domain => domain.Key)];
}

/// <summary>Which messages there is a place for.</summary>
/// <param name="LeastPriority">Only of this priority or a more urgent one, as the table has it.</param>
/// <param name="FullDomains">None to these domains.</param>
/// <param name="FullDomainsForCodes">No sign-in code to these domains.</param>
public sealed record OutboxVacancy(short LeastPriority, long[] FullDomains, long[] FullDomainsForCodes);
