using Microsoft.EntityFrameworkCore;
using WebApp.Platform.Changes;
using WebApp.Platform.Data;

namespace WebApp.Platform.Mail;

/// <summary>The outbox for operators: what waits, what failed and why, and another try.</summary>
public sealed class OutboxOversight(AppDbContext db, TimeProvider clock)
{
    /// <summary>How many there are.</summary>
    public async Task<OutboxCounts> CountAsync(CancellationToken cancel)
    {
        var all = await db.OutboxMessages.GroupBy(m => m.SentAt != null ? OutboxState.Sent : m.Expired ? OutboxState.Expired : m.FailedAt != null ? OutboxState.Failed : OutboxState.Waiting)
            .Select(group => new { group.Key, Count = group.LongCount() }).ToDictionaryAsync(group => group.Key, group => group.Count, cancel);
        return new(all.GetValueOrDefault(OutboxState.Waiting), all.GetValueOrDefault(OutboxState.Failed), all.GetValueOrDefault(OutboxState.Expired), all.GetValueOrDefault(OutboxState.Sent));
    }

    /// <summary>The newest first, a page at a time.</summary>
    /// <param name="state">Only these; null for all.</param>
    /// <param name="before">Only messages before this one.</param>
    /// <param name="limit">How many at most.</param>
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
                m.SentAt == null && m.Body != null && (m.ExpiresAt == null || m.ExpiresAt > now), m.Priority, m.ExpiresAt, m.Expired))
            .ToListAsync(cancel);
    }

    /// <summary>
    /// Has a message tried again at once, or with null every one that failed, where its text is still kept and nothing in it has expired; the worker does it when the caller has
    /// committed. Returns how many those are.
    /// </summary>
    public async Task<int> RetryAsync(Guid? id, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var messages = db.OutboxMessages.Where(m => m.SentAt == null && m.Body != null && (m.ExpiresAt == null || m.ExpiresAt > now));
        messages = id is { } one ? messages.Where(m => m.Id == one) : messages.Where(m => m.FailedAt != null);
        var count = await messages.ExecuteUpdateAsync(set => set.SetProperty(m => m.FailedAt, (DateTimeOffset?)null).SetProperty(m => m.NextAttemptAt, now), cancel);

        // Triggers tell of new rows only.
        await db.Database.ExecuteSqlAsync($"SELECT pg_notify({Topics.Channel}, {Topics.MailQueued})", cancel);
        return count;
    }
}

/// <summary>How many messages there are where. Those sent are counted as long as their rows are kept.</summary>
public sealed record OutboxCounts(long Waiting, long Failed, long Expired, long Sent);
