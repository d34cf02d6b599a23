using System.Net;
using Microsoft.EntityFrameworkCore;
using WebApp.Platform.Data;
using WebApp.Platform.Http;
using WebApp.Platform.Users;

namespace WebApp.Features.Audit.Search;

/// <summary>Searches all users' security events, for administrators.</summary>
public sealed class EventSearch(IDbContextFactory<AppDbContext> contexts)
{
    // Ids are created at their event's time; nodes' clocks may differ a little.
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    private static readonly string[] Failures = [.. SecurityEventKind.All.Where(kind => EventOutcome.ForKind(kind) == EventOutcome.Failure)];

    /// <summary>Lists the newest first, one page at a time.</summary>
    /// <param name="filter">The filter.</param>
    /// <param name="before">Only events before this one.</param>
    /// <param name="limit">The maximum number.</param>
    /// <param name="cancel">Cancels.</param>
    public async Task<IReadOnlyList<SecurityEvent>> ListAsync(EventFilter filter, Guid? before, int limit, CancellationToken cancel)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel);
        db.Database.SetCommandTimeout(DatabaseSettings.ReportSeconds);
        var events = Matching(db, filter);
        events = before is { } id ? events.Where(e => e.Id < id) : events;
        return await events.OrderByDescending(e => e.Id).Take(limit).ToListAsync(cancel);
    }

    /// <summary>One event; null if it does not exist.</summary>
    public async Task<SecurityEvent?> FindAsync(Guid id, CancellationToken cancel)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel);
        return await db.SecurityEvents.AsNoTracking().SingleOrDefaultAsync(e => e.Id == id, cancel);
    }

    /// <summary>All matching events, the oldest first, one row at a time from the database, so that only a few are in memory.</summary>
    public async IAsyncEnumerable<SecurityEvent> StreamAsync(EventFilter filter, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel);
        db.Database.SetCommandTimeout(TimeSpan.FromMinutes(10));
        await foreach (var found in Matching(db, filter).OrderBy(e => e.Id).AsAsyncEnumerable().WithCancellation(cancel))
        {
            yield return found;
        }
    }

    /// <summary>The addresses of the accounts in these events, if they still exist.</summary>
    public async Task<IReadOnlyDictionary<Guid, string>> EmailsAsync(IEnumerable<SecurityEvent> events, CancellationToken cancel)
    {
        var ids = events.SelectMany(e => new[] { e.UserId, e.ActorId }).OfType<Guid>().Distinct().ToArray();
        await using var db = await contexts.CreateDbContextAsync(cancel);
        return await db.Users.Where(user => ids.Contains(user.Id)).ToDictionaryAsync(user => user.Id, user => user.Email!, cancel);
    }

    /// <summary>The account for a text: an id or an address. Null if there is none.</summary>
    public async Task<Guid?> FindUserAsync(string text, CancellationToken cancel)
    {
        // An id may belong to an erased account; its events remain.
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
            // Also by id, which is indexed.
            var first = EventIds.FirstAt(from - Tolerance);
            events = events.Where(e => e.Id >= first && e.At >= from);
        }

        if (filter.Until is { } until)
        {
            var end = EventIds.FirstAt(until + Tolerance);
            events = events.Where(e => e.Id < end && e.At < until);
        }

        return events;
    }
}

/// <summary>A filter for security events; null values match everything.</summary>
public sealed record EventFilter
{
    /// <summary>One kind.</summary>
    public string? Kind { get; init; }

    /// <summary>The user or the actor.</summary>
    public Guid? UserId { get; init; }

    /// <summary>The client: an address or a network.</summary>
    public IPNetwork? Ip { get; init; }

    /// <summary>Not before (UTC).</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Before (UTC).</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary><see cref="EventOutcome"/>.</summary>
    public string? Outcome { get; init; }

    /// <summary>The filter as short text, for the audit trail.</summary>
    public override string ToString() => string.Join(' ', new (string Name, string? Value)[]
    {
        ("kind", Kind), ("user", UserId?.ToString()), ("ip", Ip?.ToString()), ("from", From?.UtcDateTime.ToString("s")), ("until", Until?.UtcDateTime.ToString("s")), ("outcome", Outcome),
    }.Where(part => part.Value is not null).Select(part => $"{part.Name}={part.Value}"));
}

/// <summary>Reads a filter from user input.</summary>
public static class EventFilterReading
{
    /// <summary>The filter, or its errors. The caller finds the user.</summary>
    public static (EventFilter Filter, IReadOnlyList<FieldError> Errors) Read(string? kind, string? ip, string? from, string? until, string? outcome)
    {
        List<FieldError> errors = [];
        var filter = new EventFilter
        {
            Kind = OneOf(kind, SecurityEventKind.All, nameof(kind), T("There is no such kind of event."), errors),
            Outcome = OneOf(outcome, [EventOutcome.Success, EventOutcome.Failure], nameof(outcome), T("Say success or failure."), errors),
            Ip = Network(ip, errors),
            From = Time(from, nameof(from), errors),
            Until = Time(until, nameof(until), errors),
        };
        return (filter, errors);
    }

    private static string? OneOf(string? text, IEnumerable<string> allowed, string field, string message, List<FieldError> errors)
    {
        if (string.IsNullOrWhiteSpace(text) || allowed.Contains(text))
        {
            return string.IsNullOrWhiteSpace(text) ? null : text;
        }

        errors.Add(new(field, message));
        return null;
    }

    private static IPNetwork? Network(string? text, List<FieldError> errors)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        if (RequestRange.Network(text.Trim()) is { } network)
        {
            return network;
        }

        errors.Add(new("ip", T("Write an address, or a network such as 203.0.113.0/24.")));
        return null;
    }

    private static DateTimeOffset? Time(string? text, string field, List<FieldError> errors)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        if (RequestRange.Time(text) is { } time)
        {
            return time;
        }

        errors.Add(new(field, T("Write a time such as 2026-11-21T14:30, in UTC.")));
        return null;
    }
}
