using Microsoft.EntityFrameworkCore;
using WebApp.Platform.Data;
using WebApp.Platform.Users;

namespace WebApp.Features.Audit.Search;

/// <summary>Everybody's security events, for whoever watches over them.</summary>
public sealed class EventSearch(IDbContextFactory<AppDbContext> contexts)
{
    // Ids are made at their event's time; nodes' clocks may differ a little.
    private static readonly TimeSpan Leeway = TimeSpan.FromMinutes(5);

    private static readonly string[] Failures = [.. SecurityEventKind.All.Where(kind => EventOutcome.Of(kind) == EventOutcome.Failure)];

    /// <summary>The newest first, a page at a time.</summary>
    /// <param name="filter">Which.</param>
    /// <param name="before">Only events before this one.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancel">Cancels.</param>
    public async Task<IReadOnlyList<SecurityEvent>> ListAsync(EventFilter filter, Guid? before, int limit, CancellationToken cancel)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel);
        db.Database.SetCommandTimeout(DatabaseSettings.ReportSeconds);
        var events = Matching(db, filter);
        events = before is { } id ? events.Where(e => e.Id < id) : events;
        return await events.OrderByDescending(e => e.Id).Take(limit).ToListAsync(cancel);
    }

    /// <summary>One event; null where there is none.</summary>
    public async Task<SecurityEvent?> FindAsync(Guid id, CancellationToken cancel)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel);
        return await db.SecurityEvents.AsNoTracking().SingleOrDefaultAsync(e => e.Id == id, cancel);
    }

    /// <summary>All that match, the oldest first, one row at a time from the database: however many there are, few are in memory.</summary>
    public async IAsyncEnumerable<SecurityEvent> StreamAsync(EventFilter filter, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel);
        db.Database.SetCommandTimeout(TimeSpan.FromMinutes(10));
        await foreach (var found in Matching(db, filter).OrderBy(e => e.Id).AsAsyncEnumerable().WithCancellation(cancel))
        {
            yield return found;
        }
    }

    /// <summary>The addresses of the accounts that events are of, as far as those are still there.</summary>
    public async Task<IReadOnlyDictionary<Guid, string>> EmailsAsync(IEnumerable<SecurityEvent> events, CancellationToken cancel)
    {
        var ids = events.SelectMany(e => new[] { e.UserId, e.ActorId }).OfType<Guid>().Distinct().ToArray();
        await using var db = await contexts.CreateDbContextAsync(cancel);
        return await db.Users.Where(user => ids.Contains(user.Id)).ToDictionaryAsync(user => user.Id, user => user.Email!, cancel);
    }

    /// <summary>Whose account is meant: by id, or by address. Null where no account is.</summary>
    public async Task<Guid?> FindUserAsync(string text, CancellationToken cancel)
    {
        // An id may be that of an account erased since; its events stay.
        if (Guid.TryParse(text, out var id))
        {
            return id;
        }

        await using var db = await contexts.CreateDbContextAsync(cancel);
        var normalized = CanonicalAddress.From(text);
        return await db.Users.Where(user => user.NormalizedEmail == normalized).Select(user => (Guid?)user.Id).SingleOrDefaultAsync(cancel);
    }

    private static IQueryable<SecurityEvent> Matching(AppDbContext db, EventFilter filter)
    {
        var network = filter.Ip?.ToString();
        var events = network is null ? db.SecurityEvents : db.SecurityEvents.FromSql($"SELECT * FROM security_events WHERE ip <<= {network}::inet");
        events = events.AsNoTracking();
        events = filter.Kind is { } kind ? events.Where(e => e.Kind == kind) : events;
        events = filter.UserId is { } user ? events.Where(e => e.UserId == user || e.ActorId == user) : events;
        if (filter.Outcome is { } outcome)
        {
            events = outcome == EventOutcome.Failure ? events.Where(e => Failures.Contains(e.Kind)) : events.Where(e => !Failures.Contains(e.Kind));
        }

        if (filter.From is { } from)
        {
            // By id as well, which is indexed.
            var first = EventIds.FirstAt(from - Leeway);
            events = events.Where(e => e.Id >= first && e.At >= from);
        }

        if (filter.Until is { } until)
        {
            var end = EventIds.FirstAt(until + Leeway);
            events = events.Where(e => e.Id < end && e.At < until);
        }

        return events;
    }
}
