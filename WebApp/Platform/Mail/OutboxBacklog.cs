using Microsoft.EntityFrameworkCore;
using WebApp.Platform.Data;
using WebApp.Platform.Telemetry;
using WebApp.Platform.Time;

namespace WebApp.Platform.Mail;

/// <summary>The queue of one channel, in sending order: by priority, then by the time since which a message is due.</summary>
/// <remarks>
/// A row is locked while its message is being sent: no other node can take it, and if the process crashes, the lock is released at once.
/// If the process crashes between the server's "250" and the commit, the message is sent a second time, with the same Message-ID.
/// If the outbox itself is the destination, a message has arrived when it is written, so none is dropped because it expired.
/// </remarks>
public sealed class OutboxBacklog(IDbContextFactory<AppDbContext> contexts, IOutboxCarrier carrier, TimeProvider time, ILogger<OutboxBacklog> logger)
{
    // Rows per statement, so that none holds locks for long.
    private const int MostExpiredAtOnce = 1000;

    /// <summary>Claims the next due message for which <paramref name="places"/> has capacity; null if there is none.</summary>
    public async Task<OutboxClaim?> ClaimAsync(OutboxPlaces places, CancellationToken cancel)
    {
        while (places.Find() is { } vacancy)
        {
            var db = await contexts.CreateDbContextAsync(cancel);
            try
            {
                var transaction = await db.Database.BeginTransactionAsync(cancel);
                if (await FindNextAsync(db, vacancy, cancel) is not { } message)
                {
                    break;
                }

                // Nodes of the previous release do not set it.
                message.ExpiresAt ??= message.CreatedAt + MailKind.Find(message.Kind).Lifetime;
                places.Take(message);
                var claim = new OutboxClaim(db, transaction, message, places);
                db = null;
                if (carrier.KeepsBody || message.ExpiresAt is null || message.ExpiresAt > time.GetUtcNow())
                {
                    return claim;
                }

                await using (claim)
                {
                    (message.Expired, message.FailedAt, message.Body) = (true, time.GetUtcNow(), null);
                    await claim.SaveAsync();
                    NoteExpired(1);
                }
            }
            finally
            {
                // Also ends the transaction.
                if (db is not null)
                {
                    await db.DisposeAsync();
                }
            }
        }

        return null;
    }

    /// <summary>Marks every waiting message that has expired, and erases its body.</summary>
    public async Task DropExpiredAsync(CancellationToken cancel)
    {
        if (carrier.KeepsBody)
        {
            return;
        }

        int count;
        do
        {
            var now = time.GetUtcNow();
            await using var db = await contexts.CreateDbContextAsync(cancel);
            count = await db.Database.ExecuteSqlAsync(
                $"""
                UPDATE outbox_messages SET expired = true, failed_at = {now}, body = NULL WHERE id IN (
                    SELECT id FROM outbox_messages
                    WHERE channel = {carrier.Channel.Name} AND sent_at IS NULL AND failed_at IS NULL AND expires_at <= {now}
                    LIMIT {MostExpiredAtOnce} FOR UPDATE SKIP LOCKED)
                """,
                cancel);
            NoteExpired(count);
        }
        while (count == MostExpiredAtOnce);
    }

    /// <summary>The earliest due time after <paramref name="now"/>; null if there is none.</summary>
    /// <remarks>A waiting message that is already due is being sent, or waits for capacity.</remarks>
    public async Task<DateTimeOffset?> NextDueAsync(DateTimeOffset now, CancellationToken cancel)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel);
        var channel = carrier.Channel;
        return await db.OutboxMessages
            .Where(m => m.Channel == channel && m.SentAt == null && m.FailedAt == null && m.NextAttemptAt > now)
            .MinAsync(m => (DateTimeOffset?)m.NextAttemptAt, cancel);
    }

    private async Task<OutboxMessage?> FindNextAsync(AppDbContext db, OutboxVacancy vacancy, CancellationToken cancel)
    {
        // No message waits longer than the longest pause. If its time is later, the clock of the node that wrote it was ahead, so it is due.
        var now = time.GetUtcNow();
        var latest = now + BackOff.Longest + ClockJump.Tolerance;
        var found = await db.OutboxMessages.FromSql(
            $"""
            SELECT * FROM outbox_messages
            WHERE channel = {carrier.Channel.Name} AND sent_at IS NULL AND failed_at IS NULL AND (next_attempt_at <= {now} OR next_attempt_at > {latest}) AND (expires_at IS NULL OR expires_at > {now} OR {carrier.KeepsBody})
                AND priority <= {vacancy.LeastPriority}
                AND coalesce(recipient_domain, {OutboxMessage.UnknownDomain}) <> ALL (CASE WHEN priority = 0 THEN {vacancy.FullDomainsForCodes} ELSE {vacancy.FullDomains} END)
            ORDER BY priority, next_attempt_at LIMIT 1
            FOR UPDATE SKIP LOCKED
            """).ToListAsync(cancel);
        return found.SingleOrDefault();
    }

    private void NoteExpired(int count)
    {
        if (count > 0)
        {
            Metrics.OutboxMessages(carrier.Channel.Name, "expired", count);
            logger.MailExpired(count);
        }
    }
}

/// <summary>The wait after a failed attempt.</summary>
public static class BackOff
{
    /// <summary>The longest wait.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    // The minimum number of attempts within a lifetime: a code with a lifetime of ten minutes never waits longer than half a minute.
    private const int TriesInALifetime = 20;

    // 2^12 s is more than an hour; without this limit the power would overflow.
    private const int LastDoubling = 12;

    /// <summary>About 1 s after the first failure, doubling to an hour, or to a twentieth of <paramref name="lifetime"/>.</summary>
    /// <param name="attempts">Failed attempts so far, at least 1.</param>
    /// <param name="chance">Jitter from 0 to 1: varies the wait from 80 to 120 %, so that mails that failed together are not all retried together.</param>
    /// <param name="lifetime">The message's lifetime; null if it does not expire.</param>
    public static TimeSpan After(int attempts, double chance, TimeSpan? lifetime = null)
    {
        var longest = lifetime is { } limited && limited / TriesInALifetime < Longest ? limited / TriesInALifetime : Longest;
        var wait = TimeSpan.FromSeconds(Math.Pow(2, Math.Min(attempts - 1, LastDoubling))) * (0.8 + (0.4 * chance));
        return wait < longest ? wait : longest;
    }
}
