namespace WebApp.Features.Audit.Figures;

/// <summary>Puts what this process counted down to the minutes it was counted in, and keeps the minutes until they are written.</summary>
public sealed class MinuteBook(Counting counting, TimeProvider clock)
{
    // So long an outage of the database the figures survive.
    private const int MostKept = 60;

    private readonly Lock gate = new();
    private readonly Dictionary<string, (long Count, long[]? Buckets)> noted = [];
    private readonly SortedDictionary<DateTimeOffset, Dictionary<string, (long Count, long[]? Buckets)>> minutes = [];

    /// <summary>Which process this is; new at every start.</summary>
    public string Node { get; } = $"{Environment.MachineName}-{Guid.NewGuid().ToString("N")[..8]}";

    /// <summary>The minute a time lies in.</summary>
    public static DateTimeOffset MinuteOf(DateTimeOffset time) => DateTimeOffset.FromUnixTimeSeconds(time.ToUnixTimeSeconds() / 60 * 60);

    /// <summary>Notes what was counted since the last time under the present minute; returns the minutes not written yet, that one included.</summary>
    public IReadOnlyList<MetricMinute> Note()
    {
        lock (gate)
        {
            var minute = MinuteOf(clock.GetUtcNow());
            if (!minutes.TryGetValue(minute, out var page))
            {
                minutes[minute] = page = [];
            }

            foreach (var (name, count, buckets) in counting.Read())
            {
                var before = noted.GetValueOrDefault(name);
                var sofar = page.GetValueOrDefault(name);
                page[name] = (sofar.Count + count - before.Count, Sum(sofar.Buckets, buckets, before.Buckets));
                noted[name] = (count, buckets);
            }

            while (minutes.Count > MostKept)
            {
                minutes.Remove(minutes.First().Key);
            }

            return [.. minutes.SelectMany(entry => entry.Value.Select(figure => new MetricMinute
            {
                Minute = entry.Key, Name = figure.Key, Node = Node, Value = figure.Value.Count, Buckets = Trimmed(figure.Value.Buckets),
            }))];
        }
    }

    /// <summary>Lets go of minutes that are over and were written.</summary>
    public void Forget(DateTimeOffset before)
    {
        lock (gate)
        {
            foreach (var minute in minutes.Keys.Where(minute => minute < before).ToList())
            {
                minutes.Remove(minute);
            }
        }
    }

    private static long[]? Sum(long[]? sofar, long[]? now, long[]? before) =>
        now is null ? null : [.. now.Select((count, i) => (sofar?[i] ?? 0) + count - (before?[i] ?? 0))];

    private static long[]? Trimmed(long[]? buckets) => buckets?[..(Array.FindLastIndex(buckets, count => count > 0) + 1)];
}
