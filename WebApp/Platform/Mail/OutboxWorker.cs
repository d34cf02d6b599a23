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

/// <summary>
/// Limits how many messages of one channel this node sends at once. Lower priorities have fewer places (of eight: six for links and below, four for
/// notices and below, two for digests), and a recipient's domain has a quarter of them and one more for sign-in codes. So neither many
/// notices nor a domain whose server does not answer delays a sign-in code.
/// </summary>
/// <param name="count"><c>Email:Concurrency</c>.</param>
public sealed class OutboxPlaces(int count)
{
    private const int Classes = (int)MailPriority.Digest + 1;

    private readonly Lock gate = new();
    private readonly List<OutboxMessage> taken = [];

    private int ForOneDomain => Math.Max(1, count / Classes);

    // At least one place stays free for other domains, if there is more than one.
    private int ForCodesOfOneDomain => Math.Max(1, Math.Min(ForOneDomain + 1, count - 1));

    /// <summary>Which messages can be sent now; null if all places are taken.</summary>
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

    /// <summary>Releases the place of a message.</summary>
    public void Release(OutboxMessage message)
    {
        lock (gate)
        {
            taken.Remove(message);
        }
    }

    /// <summary>The number of places for messages of this priority and lower ones together.</summary>
    private int Limit(int priority) => Math.Max(1, count * (Classes - priority) / Classes);

    private long[] DomainsWith(int places) =>
        [.. taken.GroupBy(m => m.RecipientDomain ?? OutboxMessage.UnknownDomain).Where(domain => domain.Count() >= places).Select(domain => domain.Key)];
}

/// <summary>Which messages can be sent now.</summary>
/// <param name="LeastPriority">The lowest priority, as stored in the table.</param>
/// <param name="FullDomains">Domains without a free place.</param>
/// <param name="FullDomainsForCodes">Domains without a free place for sign-in codes.</param>
public sealed record OutboxVacancy(short LeastPriority, long[] FullDomains, long[] FullDomainsForCodes);
