using Microsoft.EntityFrameworkCore;
using WebApp.Features.Audit;
using WebApp.Platform.Data;
using WebApp.Platform.Http.Client;

namespace WebApp.Features.Accounts;

/// <summary>What happened to an account, for its owner.</summary>
public sealed class Activity(AppDbContext db)
{
    /// <summary>How many events a page holds at most.</summary>
    public const int MaxLimit = 100;

    /// <summary>How many it holds where nothing is said.</summary>
    public const int UsualLimit = 25;

    /// <summary>The newest events first.</summary>
    /// <param name="userId">Whose.</param>
    /// <param name="before">Only events before this one.</param>
    /// <param name="earlierThan">Only events before this time.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancel">Cancels.</param>
    public async Task<IReadOnlyList<ActivityEntry>> ListAsync(Guid userId, Guid? before, DateTimeOffset? earlierThan, int limit, CancellationToken cancel)
    {
        var events = db.SecurityEvents.AsNoTracking().Where(e => e.UserId == userId);
        events = before is { } id ? events.Where(e => e.Id < id) : events;
        events = earlierThan is { } time ? events.Where(e => e.At < time) : events;
        return [.. (await events.OrderByDescending(e => e.Id).Take(limit).ToListAsync(cancel)).Select(Entry)];
    }

    internal static ActivityEntry Entry(SecurityEvent e) => new(
        e.Id, e.At, e.Kind, ActivityWords.Of(e.Kind), EventOutcome.Of(e.Kind), ActivityWords.IsWarning(e.Kind), DeviceLabel.Of(null, e.UserAgent), e.Ip?.ToString(), e.SessionId);
}
