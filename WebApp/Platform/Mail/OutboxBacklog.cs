using Microsoft.EntityFrameworkCore;
using WebApp.Platform.Data;
using WebApp.Platform.Telemetry;
using WebApp.Platform.Time;

namespace WebApp.Platform.Mail;

/// <summary>What waits on one channel, in the order in which it is sent: the most urgent first, and of those what has been due longest.</summary>
/// <remarks>
/// A row stays locked while its message is being sent: no other node can take it, and a process that dies gives it back at once.
/// A process that dies between the server's "250" and the commit sends it a second time, under the same Message-ID.
/// </remarks>
public sealed class OutboxBacklog(IDbContextFactory<AppDbContext> contexts, OutboxChannel channel, TimeProvider time, ILogger<OutboxBacklog> logger)
{
    // One statement's share, so that none holds locks for long.
    private const int MostExpiredAtOnce = 1000;

    /// <summary>Takes the next message that is due and that there is a place for. Null where there is none.</summary>
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

                // A node of the version before writes none.
                message.ExpiresAt ??= message.CreatedAt + MailKind.Find(message.Kind).Lifetime;
                places.Take(message);
                var claim = new OutboxClaim(db, transaction, message, places);
                db = null;
                if (message.ExpiresAt is null || message.ExpiresAt > time.GetUtcNow())
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
                // Its transaction goes with it.
                if (db is not null)
                {
                    await db.DisposeAsync();
                }
            }
        }

        return null;
    }

    /// <summary>Drops every waiting message whose content has expired: its text is erased and its row marked.</summary>
    public async Task DropExpiredAsync(CancellationToken cancel)
    {
        int count;
        do
        {
            var now = time.GetUtcNow();
            await using var db = await contexts.CreateDbContextAsync(cancel);
            count = await db.Database.ExecuteSqlAsync(
                $"""
                UPDATE outbox_messages SET expired = true, failed_at = {now}, body = NULL WHERE id IN (
                    SELECT id FROM outbox_messages
                    WHERE channel = {channel.Name} AND sent_at IS NULL AND failed_at IS NULL AND expires_at <= {now}
                    LIMIT {MostExpiredAtOnce} FOR UPDATE SKIP LOCKED)
                """,
                cancel);
            NoteExpired(count);
        }
        while (count == MostExpiredAtOnce);
    }

    /// <summary>When the first message that was not yet due at <paramref name="now"/> will be; null where none waits.</summary>
    /// <remarks>What was due and is still there is being sent, or waits for a place.</remarks>
    public async Task<DateTimeOffset?> NextDueAsync(DateTimeOffset now, CancellationToken cancel)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel);
        return await db.OutboxMessages
            .Where(m => m.Channel == channel && m.SentAt == null && m.FailedAt == null && m.NextAttemptAt > now)
            .MinAsync(m => (DateTimeOffset?)m.NextAttemptAt, cancel);
    }

    private async Task<OutboxMessage?> FindNextAsync(AppDbContext db, OutboxVacancy vacancy, CancellationToken cancel)
    {
        // No message waits longer than the longest pause: one that would was written by a clock that ran ahead.
        var now = time.GetUtcNow();
        var latest = now + BackOff.Longest + ClockJump.Tolerance;
        var found = await db.OutboxMessages.FromSql(
            $"""
            SELECT * FROM outbox_messages
            WHERE channel = {channel.Name} AND sent_at IS NULL AND failed_at IS NULL AND (next_attempt_at <= {now} OR next_attempt_at > {latest}) AND (expires_at IS NULL OR expires_at > {now})
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
            Metrics.OutboxMessages(channel.Name, "expired", count);
            logger.MailExpired(count);
        }
    }
}

/// <summary>How long a mail waits after a failed attempt.</summary>
public static class BackOff
{
    /// <summary>No wait is longer.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    // So many tries at least fall into a lifetime: a code that lives ten minutes never waits longer than half a minute.
    private const int TriesInALifetime = 20;

    // 2^12 s is past the hour; more would overflow in the end.
    private const int LastDoubling = 12;

    /// <summary>About 1 s after the first failure, doubling to an hour, or to a twentieth of <paramref name="lifetime"/>.</summary>
    /// <param name="attempts">Failed attempts so far, at least 1.</param>
    /// <param name="chance">From 0 to 1: spreads the wait over 80 to 120 %, so that mails which failed together do not all come back together.</param>
    /// <param name="lifetime">How long the message is worth sending; null where it does not expire.</param>
    public static TimeSpan After(int attempts, double chance, TimeSpan? lifetime = null)
    {
        var longest = lifetime is { } limited && limited / TriesInALifetime < Longest ? limited / TriesInALifetime : Longest;
        var wait = TimeSpan.FromSeconds(Math.Pow(2, Math.Min(attempts - 1, LastDoubling))) * (0.8 + (0.4 * chance));
        return wait < longest ? wait : longest;
    }
}
