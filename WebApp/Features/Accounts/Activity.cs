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

/// <summary>A security event as its owner sees it.</summary>
/// <param name="Id">The event; the next page begins before it.</param>
/// <param name="At">When (UTC).</param>
/// <param name="Kind">The audit trail's word.</param>
/// <param name="Description">What happened, in plain words.</param>
/// <param name="Outcome">Whether it was done or refused: <see cref="Features.Audit.EventOutcome"/>.</param>
/// <param name="IsWarning">Whether somebody should look twice.</param>
/// <param name="Device">With what.</param>
/// <param name="Ip">Where from.</param>
/// <param name="SessionId">In which session, if in one.</param>
public sealed record ActivityEntry(
    Guid Id, DateTimeOffset At, string Kind, string Description, string Outcome, bool IsWarning, string Device, string? Ip, Guid? SessionId);
