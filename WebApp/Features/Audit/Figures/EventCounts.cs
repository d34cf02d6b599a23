using Npgsql;
using WebApp.Platform.Data;

namespace WebApp.Features.Audit.Figures;

/// <summary>Counts sign-ins and refusals in the audit trail.</summary>
public sealed class EventCounts(NpgsqlDataSource database)
{
    // Ids are made a moment before or after their time.
    private static readonly TimeSpan Leeway = TimeSpan.FromMinutes(5);

    /// <summary>How many there were from a time on, by the beginning of each span that had any.</summary>
    public async Task<IReadOnlyDictionary<DateTimeOffset, (long SignIns, long Failures)>> ReadAsync(DateTimeOffset from, TimeSpan step, CancellationToken cancel)
    {
        // By id first: ids order by time, and are indexed.
        await using var select = database.CreateCommand("SELECT date_bin($1, at, $2), kind, count(*) FROM security_events WHERE id >= $3 AND at >= $2 GROUP BY 1, 2");
        select.CommandTimeout = DatabaseSettings.ReportSeconds;
        select.Parameters.Add(new() { Value = step });
        select.Parameters.Add(new() { Value = from });
        select.Parameters.Add(new() { Value = EventIds.FirstAt(from - Leeway) });
        await using var row = await select.ExecuteReaderAsync(cancel);
        Dictionary<DateTimeOffset, (long SignIns, long Failures)> counts = [];
        while (await row.ReadAsync(cancel))
        {
            var (at, kind, count) = (row.GetFieldValue<DateTimeOffset>(0), row.GetString(1), row.GetInt64(2));
            var sofar = counts.GetValueOrDefault(at);
            counts[at] = kind == SecurityEventKind.SignedIn ? (sofar.SignIns + count, sofar.Failures)
                : EventOutcome.Of(kind) == EventOutcome.Failure ? (sofar.SignIns, sofar.Failures + count)
                : sofar;
        }

        return counts;
    }
}
