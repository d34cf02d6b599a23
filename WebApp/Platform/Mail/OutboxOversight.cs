using Microsoft.EntityFrameworkCore;
using WebApp.Platform.Changes;
using WebApp.Platform.Data;

namespace WebApp.Platform.Mail;

/// <summary>The outbox for operators: waiting and failed messages, and retries.</summary>
public sealed class OutboxOversight(AppDbContext db, TimeProvider clock)
{
    /// <summary>Counts the messages by state.</summary>
    public async Task<OutboxCounts> CountAsync(CancellationToken cancel)
    {
        var all = await db.OutboxMessages.GroupBy(m => m.SentAt != null ? OutboxState.Sent : m.Expired ? OutboxState.Expired : m.FailedAt != null ? OutboxState.Failed : OutboxState.Waiting)
            .Select(group => new { group.Key, Count = group.LongCount() }).ToDictionaryAsync(group => group.Key, group => group.Count, cancel);
        return new(all.GetValueOrDefault(OutboxState.Waiting), all.GetValueOrDefault(OutboxState.Failed), all.GetValueOrDefault(OutboxState.Expired), all.GetValueOrDefault(OutboxState.Sent));
    }

    /// <summary>Lists messages, newest first, one page at a time.</summary>
    /// <param name="state">Only messages in this state; null for all.</param>
    /// <param name="before">Only messages before this one.</param>
    /// <param name="limit">The maximum number.</param>
    /// <param name="cancel">Cancels.</param>
    public async Task<IReadOnlyList<OutboxEntry>> ListAsync(OutboxState? state, Guid? before, int limit, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var messages = db.OutboxMessages.AsNoTracking();
        messages = state switch
        {
            OutboxState.Waiting => messages.Where(m => m.SentAt == null && m.FailedAt == null),
            OutboxState.Failed => messages.Where(m => m.FailedAt != null && !m.Expired),
            OutboxState.Expired => messages.Where(m => m.Expired),
            OutboxState.Sent => messages.Where(m => m.SentAt != null),
            _ => messages,
        };
        messages = before is { } id ? messages.Where(m => m.Id < id) : messages;
        return await messages.OrderByDescending(m => m.Id).Take(limit)
            .Select(m => new OutboxEntry(m.Id, m.Channel, m.Kind, m.CreatedAt, m.Attempts, m.NextAttemptAt, m.SentAt, m.FailedAt, m.LastError,
                m.SentAt == null && m.Body != null && (m.ExpiresAt == null || m.ExpiresAt > now), m.Priority, m.ExpiresAt, m.Expired)
            {
                Receiver = m.Receiver,
            })
            .ToListAsync(cancel);
    }

    /// <summary>
    /// Makes a message due now, or with null every failed message, if its body is still stored and it has not expired. The worker sends it after the caller's
    /// commit. Returns the number of messages.
    /// </summary>
    public async Task<int> RetryAsync(Guid? id, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var messages = db.OutboxMessages.Where(m => m.SentAt == null && m.Body != null && (m.ExpiresAt == null || m.ExpiresAt > now));
        messages = id is { } one ? messages.Where(m => m.Id == one) : messages.Where(m => m.FailedAt != null);
        var count = await messages.ExecuteUpdateAsync(set => set.SetProperty(m => m.FailedAt, (DateTimeOffset?)null).SetProperty(m => m.NextAttemptAt, now), cancel);

        // Triggers notify of new rows only.
        await db.Database.ExecuteSqlAsync($"SELECT pg_notify({Topics.Channel}, {Topics.MailQueued})", cancel);
        return count;
    }
}

/// <summary>The number of messages by state. Sent messages are counted while their rows are kept.</summary>
public sealed record OutboxCounts(long Waiting, long Failed, long Expired, long Sent);
