using Npgsql;
using WebApp.Platform.Data;

namespace WebApp.Features.Audit.Figures;

/// <summary>How many events of a kind occurred in an interval.</summary>
/// <param name="At">The beginning of the interval (UTC).</param>
/// <param name="Kind">The kind.</param>
/// <param name="Reason">For a refused sign-in, the reason in the event; otherwise empty.</param>
/// <param name="Count">How many.</param>
public sealed record EventCount(DateTimeOffset At, string Kind, string Reason, long Count)
{
    private const string Prefix = "events.";

    /// <summary>Its name in the table of spans.</summary>
    public string Name => Reason.Length == 0 ? Prefix + Kind : $"{Prefix}{Kind}: {Reason}";

    /// <summary>Whether a refusal is reported.</summary>
    public bool IsFailure => EventOutcome.ForKind(Kind) == EventOutcome.Failure;

    /// <summary>Reads a row of the table of spans; null if it is not a count of events.</summary>
    public static EventCount? From(MetricMinute row) => !row.Name.StartsWith(Prefix, StringComparison.Ordinal) ? null
        : row.Name.Split(": ", 2) is [var kind, var reason] ? new(row.Minute, kind[Prefix.Length..], reason, (long)row.Value)
        : new(row.Minute, row.Name[Prefix.Length..], "", (long)row.Value);
}

/// <summary>Counts sign-ins, sign-ups and refusals in the audit trail.</summary>
public sealed class EventCounts(NpgsqlDataSource database)
{
    // Ids may be created a moment before or after their time.
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    private static readonly string[] Kinds =
        [SecurityEventKind.SignedIn, SecurityEventKind.Registered, .. SecurityEventKind.All.Where(kind => EventOutcome.ForKind(kind) == EventOutcome.Failure)];

    /// <summary>The numbers in the intervals of a time range that have any.</summary>
    public async Task<IReadOnlyList<EventCount>> ReadAsync(DateTimeOffset from, DateTimeOffset until, TimeSpan step, CancellationToken cancel)
    {
        // By id first: ids are ordered by time and indexed. What follows a semicolon in the detail differs for each event.
        await using var select = database.CreateCommand(
            $"""
            SELECT date_bin($1, at, 'epoch'), kind, CASE WHEN kind = '{SecurityEventKind.SignInFailed}' THEN coalesce(split_part(detail, ';', 1), '') ELSE '' END, count(*)
            FROM security_events WHERE id >= $4 AND id < $5 AND at >= $2 AND at < $3 AND kind = ANY ($6) GROUP BY 1, 2, 3
            """);
        select.CommandTimeout = DatabaseSettings.ReportSeconds;
        select.Parameters.Add(new() { Value = step });
        select.Parameters.Add(new() { Value = from });
        select.Parameters.Add(new() { Value = until });
        select.Parameters.Add(new() { Value = EventIds.FirstAt(from - Tolerance) });
        select.Parameters.Add(new() { Value = EventIds.FirstAt(until + Tolerance) });
        select.Parameters.Add(new() { Value = Kinds });
        await using var row = await select.ExecuteReaderAsync(cancel);
        List<EventCount> counts = [];
        while (await row.ReadAsync(cancel))
        {
            counts.Add(new(row.GetFieldValue<DateTimeOffset>(0), row.GetString(1), row.GetString(2), row.GetInt64(3)));
        }

        return counts;
    }
}
