using Npgsql;
using WebApp.Platform.Data;

namespace WebApp.Features.Audit.Figures;

/// <summary>
/// Reads the figures of the service: the minutes that all nodes wrote, this node's current one from memory, and sign-ins and refusals from the audit trail.
/// The database is queried at most once per interval, however many users look.
/// </summary>
public sealed class ServiceFigures(MinuteBook book, MinuteStore store, EventCounts events, TimeProvider clock) : IDisposable
{
    /// <summary>The maximum age of figures, in minutes.</summary>
    public const int MostMinutes = 24 * 60;

    // An hour takes a few hundred rows, a day many thousand.
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan DayMaxAge = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim turn = new(1);
    private readonly Dictionary<int, FigureSheet> sheets = [];

    /// <summary>The figures of the last minutes, per minute up to two hours, and per quarter of an hour for more.</summary>
    public async Task<FigureSheet> ReadAsync(int minutes, CancellationToken cancel)
    {
        var span = minutes <= 120 ? Math.Max(minutes, 1) : MostMinutes;
        var maxAge = span == MostMinutes ? DayMaxAge : MaxAge;
        await turn.WaitAsync(cancel);
        try
        {
            var now = clock.GetUtcNow();
            if (!sheets.TryGetValue(span, out var sheet) || now - sheet.At >= maxAge || now < sheet.At)
            {
                sheets[span] = sheet = await CreateAsync(span, now, cancel);
            }

            return sheet;
        }
        finally
        {
            turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => turn.Dispose();

    private async Task<FigureSheet> CreateAsync(int span, DateTimeOffset now, CancellationToken cancel)
    {
        var step = TimeSpan.FromMinutes(span == MostMinutes ? 15 : 1);
        var last = DateTimeOffset.FromUnixTimeSeconds(now.ToUnixTimeSeconds() / (long)step.TotalSeconds * (long)step.TotalSeconds);
        var first = last - (step * ((span / (int)step.TotalMinutes) - 1));

        var own = book.Note();
        var minutes = (await store.ReadAsync(first, cancel)).Where(minute => minute.Node != book.Node || own.All(mine => (mine.Minute, mine.Name) != (minute.Minute, minute.Name)))
            .Concat(own.Where(mine => mine.Minute >= first)).ToList();
        var counts = await events.ReadAsync(first, step, cancel);
        var gauges = await store.ReadGaugesAsync(now, cancel);

        var bySpan = minutes.ToLookup(minute => new DateTimeOffset(minute.Minute.Ticks / step.Ticks * step.Ticks, TimeSpan.Zero));
        List<FigurePoint> points = [];
        for (var at = first; at <= last; at += step)
        {
            points.Add(FigureSum.Create(at, bySpan[at].ToList(), counts.GetValueOrDefault(at)));
        }

        points[^1] = points[^1] with { ActiveSessions = gauges[MetricName.ActiveSessions], MailWaiting = gauges[MetricName.MailWaiting] };
        var whole = FigureSum.Create(first, minutes, (counts.Values.Sum(c => c.SignIns), counts.Values.Sum(c => c.Failures)));
        var nodes = minutes.Where(minute => minute.Minute >= MinuteBook.MinuteOf(now).AddMinutes(-1)).Select(minute => minute.Node).Distinct().Count();
        return new(now, step, points, whole with { ActiveSessions = points[^1].ActiveSessions, MailWaiting = points[^1].MailWaiting }, gauges[MetricName.MailFailed], nodes);
    }
}

/// <summary>Counts sign-ins and refusals in the audit trail.</summary>
public sealed class EventCounts(NpgsqlDataSource database)
{
    // Ids may be created a moment before or after their time.
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    /// <summary>The numbers from a time on, by the beginning of each interval that has any.</summary>
    public async Task<IReadOnlyDictionary<DateTimeOffset, (long SignIns, long Failures)>> ReadAsync(DateTimeOffset from, TimeSpan step, CancellationToken cancel)
    {
        // By id first: ids are ordered by time and indexed.
        await using var select = database.CreateCommand("SELECT date_bin($1, at, $2), kind, count(*) FROM security_events WHERE id >= $3 AND at >= $2 GROUP BY 1, 2");
        select.CommandTimeout = DatabaseSettings.ReportSeconds;
        select.Parameters.Add(new() { Value = step });
        select.Parameters.Add(new() { Value = from });
        select.Parameters.Add(new() { Value = EventIds.FirstAt(from - Tolerance) });
        await using var row = await select.ExecuteReaderAsync(cancel);
        Dictionary<DateTimeOffset, (long SignIns, long Failures)> counts = [];
        while (await row.ReadAsync(cancel))
        {
            var (at, kind, count) = (row.GetFieldValue<DateTimeOffset>(0), row.GetString(1), row.GetInt64(2));
            var sofar = counts.GetValueOrDefault(at);
            counts[at] = kind == SecurityEventKind.SignedIn ? (sofar.SignIns + count, sofar.Failures)
                : EventOutcome.ForKind(kind) == EventOutcome.Failure ? (sofar.SignIns, sofar.Failures + count)
                : sofar;
        }

        return counts;
    }
}
