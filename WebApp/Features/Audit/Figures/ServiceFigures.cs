namespace WebApp.Features.Audit.Figures;

/// <summary>
/// Reads the figures of the service: what all nodes wrote, this node's current minute from memory, and sign-ins and refusals from the audit trail.
/// The database is queried at most once per interval, however many users look.
/// </summary>
public sealed class ServiceFigures(MinuteBook book, MinuteStore store, MetricSpanStore spans, EventCounts events, TimeProvider clock) : IDisposable
{
    /// <summary>The maximum age of figures in the API, in minutes.</summary>
    public const int MostMinutes = 24 * 60;

    // The time for which the numbers of users are kept: they read a table that grows with the installation.
    private static readonly TimeSpan UsersMaxAge = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim turn = new(1);
    private readonly Dictionary<(string, TimeSpan), FigureSheet> sheets = [];
    private (DateTimeOffset At, IReadOnlyDictionary<string, long> Values)? users;

    /// <summary>The figures of the last minutes, per minute up to two hours, and per quarter of an hour for more.</summary>
    public Task<FigureSheet> ReadAsync(int minutes, CancellationToken cancel) =>
        ReadAsync(minutes <= 120 ? FigureRange.Minutes(Math.Max(minutes, 1)) : FigureRange.Day, cancel);

    /// <summary>The figures of a range.</summary>
    public async Task<FigureSheet> ReadAsync(FigureRange range, CancellationToken cancel)
    {
        await turn.WaitAsync(cancel);
        try
        {
            var now = clock.GetUtcNow();
            var key = (range.Name, range.Span);
            if (!sheets.TryGetValue(key, out var sheet) || now - sheet.At >= range.MaxAge || now < sheet.At)
            {
                sheets[key] = sheet = await CreateAsync(range, now, cancel);
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

    private async Task<FigureSheet> CreateAsync(FigureRange range, DateTimeOffset now, CancellationToken cancel)
    {
        var last = FigureRange.Floor(now, range.Step);
        var first = last - (range.Step * (range.Points - 1));
        var (minutes, counts) = await CollectAsync(range, first, now, cancel);
        var gauges = await store.ReadGaugesAsync(now, slow: false, cancel);
        if (users is not { } known || now - known.At >= UsersMaxAge || now < known.At)
        {
            users = known = (now, await store.ReadGaugesAsync(now, slow: true, cancel));
        }

        var bySpan = minutes.ToLookup(minute => FigureRange.Floor(minute.Minute, range.Step));
        var eventsBySpan = counts.ToLookup(count => FigureRange.Floor(count.At, range.Step));
        List<FigurePoint> points = [];
        for (var at = first; at <= last; at += range.Step)
        {
            points.Add(FigureSum.Create(at, bySpan[at].ToList(), eventsBySpan[at]));
        }

        FigurePoint Current(FigurePoint point) => point with
        {
            ActiveSessions = gauges[MetricName.ActiveSessions],
            ApiSessions = gauges[MetricName.ApiSessions],
            MailWaiting = gauges[MetricName.MailWaiting],
        };
        points[^1] = Current(points[^1]);
        var nodes = minutes.Where(minute => minute.Node.Length > 0 && minute.Minute >= MinuteBook.MinuteOf(now).AddMinutes(-1)).Select(minute => minute.Node).Distinct().Count();
        return new(range, now, points, Current(FigureSum.Create(first, minutes, counts)), gauges[MetricName.MailFailed], nodes)
        {
            Refusals = [.. counts.Where(count => count.IsFailure).GroupBy(count => (count.Kind, count.Reason)).Select(all => new Refusal(all.Key.Kind, all.Key.Reason, all.Sum(count => count.Count))).OrderByDescending(refusal => refusal.Count).ThenBy(refusal => refusal.Kind)],
            Users = new(known.Values[MetricName.Users], known.Values[MetricName.UsersWithSecondFactor], known.Values[MetricName.UsersWithPasskey], known.Values[MetricName.UsersProtected]),
        };
    }

    /// <summary>The longest intervals that are added up and fit into the range's, then shorter ones, then minutes and events.</summary>
    private async Task<(IReadOnlyList<MetricMinute> Minutes, IReadOnlyList<EventCount> Events)> CollectAsync(FigureRange range, DateTimeOffset first, DateTimeOffset now, CancellationToken cancel)
    {
        List<MetricMinute> minutes = [];
        List<EventCount> counts = [];
        var from = first;
        foreach (var level in MetricSpanStore.Levels.Reverse().Where(level => level <= range.Step))
        {
            if (await spans.EndAsync(level, now, cancel) is { } end && end > from)
            {
                var read = await spans.ReadAsync(level, from, end, cancel);
                counts.AddRange(read.Select(EventCount.From).OfType<EventCount>());
                minutes.AddRange(read);
                from = end;
            }
        }

        var own = book.Note();
        minutes.AddRange((await store.ReadAsync(from, cancel)).Where(minute => minute.Node != book.Node || own.All(mine => (mine.Minute, mine.Name) != (minute.Minute, minute.Name))));
        minutes.AddRange(own.Where(mine => mine.Minute >= from));
        counts.AddRange(await events.ReadAsync(from, now + TimeSpan.FromHours(1), FigureRange.Floor(now, TimeSpan.FromMinutes(1)) > from.AddHours(2) ? TimeSpan.FromMinutes(15) : TimeSpan.FromMinutes(1), cancel));
        return (minutes, counts);
    }
}
