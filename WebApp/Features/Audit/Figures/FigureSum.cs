namespace WebApp.Features.Audit.Figures;

/// <summary>Takes the minutes of all nodes in a span together.</summary>
internal static class FigureSum
{
    /// <summary>The point they make.</summary>
    public static FigurePoint Of(DateTimeOffset at, IReadOnlyCollection<MetricMinute> minutes, (long SignIns, long Failures) events)
    {
        var (hits, misses) = (Total(minutes, MetricName.CacheHits), Total(minutes, MetricName.CacheMisses));
        return new(
            at,
            events.SignIns,
            events.Failures,
            Total(minutes, MetricName.Requests),
            Times(minutes, MetricName.Requests),
            hits + misses is > 0 and var reads ? (double)(hits ?? 0) / reads : null,
            Times(minutes, MetricName.ChangeLag),
            Times(minutes, MetricName.HashingWait),
            Newest(minutes, MetricName.ActiveSessions),
            Newest(minutes, MetricName.MailWaiting));
    }

    private static long? Total(IEnumerable<MetricMinute> minutes, string name) =>
        minutes.Where(minute => minute.Name == name).Aggregate((long?)null, (sum, minute) => (sum ?? 0) + (long)minute.Value);

    private static long? Newest(IEnumerable<MetricMinute> minutes, string name) =>
        minutes.Where(minute => minute.Name == name).MaxBy(minute => minute.Minute) is { } newest ? (long)newest.Value : null;

    private static Percentiles Times(IEnumerable<MetricMinute> minutes, string name)
    {
        var sum = new long[TimeScale.Count];
        foreach (var buckets in minutes.Where(minute => minute.Name == name).Select(minute => minute.Buckets ?? []))
        {
            // A node of another version may know other spans; what is beyond ours is left out.
            for (var i = 0; i < Math.Min(buckets.Length, sum.Length); i++)
            {
                sum[i] += buckets[i];
            }
        }

        return Percentiles.Of(sum);
    }
}
