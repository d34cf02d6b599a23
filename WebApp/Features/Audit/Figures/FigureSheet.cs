namespace WebApp.Features.Audit.Figures;

/// <summary>How the service is and was doing.</summary>
/// <param name="At">As of when (UTC).</param>
/// <param name="Step">How long a span each point tells of.</param>
/// <param name="Points">The oldest first; the last is not over yet.</param>
/// <param name="Whole">All of them taken together; of gauges, the present.</param>
/// <param name="MailFailed">Messages that were given up and are still kept.</param>
/// <param name="Nodes">How many processes wrote down figures in the last two minutes.</param>
public sealed record FigureSheet(DateTimeOffset At, TimeSpan Step, IReadOnlyList<FigurePoint> Points, FigurePoint Whole, long MailFailed, int Nodes);

/// <summary>One point of the charts. What nobody noted, or what there was none of to take a share of, is null.</summary>
/// <param name="At">Where its span begins (UTC).</param>
/// <param name="SignIns">Sessions opened by signing in.</param>
/// <param name="Failures">Events that report a refusal.</param>
/// <param name="Requests">Requests answered.</param>
/// <param name="Latency">How long they took.</param>
/// <param name="CacheHitRatio">The share of reads that memory answered, 0 to 1.</param>
/// <param name="ChangeLag">How long changes, such as a revocation, took to arrive.</param>
/// <param name="HashingWait">How long passwords waited for their turn to be hashed.</param>
/// <param name="ActiveSessions">Sessions that are open.</param>
/// <param name="MailWaiting">Messages not sent yet.</param>
public sealed record FigurePoint(
    DateTimeOffset At, long SignIns, long Failures, long? Requests, Percentiles Latency, double? CacheHitRatio, Percentiles ChangeLag, Percentiles HashingWait, long? ActiveSessions, long? MailWaiting);

/// <summary>Takes the minutes of all nodes in a span together.</summary>
internal static class FigureSum
{
    /// <summary>The point they make.</summary>
    public static FigurePoint Create(DateTimeOffset at, IReadOnlyCollection<MetricMinute> minutes, (long SignIns, long Failures) events)
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

        return Percentiles.FromBuckets(sum);
    }
}

/// <summary>What is counted by the minute.</summary>
public static class MetricName
{
    /// <summary>Requests, and how long they took.</summary>
    public const string Requests = "requests";

    /// <summary>Reads of the caches that memory answered.</summary>
    public const string CacheHits = "cache.hits";

    /// <summary>Reads of the caches that the database answered.</summary>
    public const string CacheMisses = "cache.misses";

    /// <summary>How long changes, such as a revocation, took to arrive.</summary>
    public const string ChangeLag = "changes.lag";

    /// <summary>Passwords hashed, and how long each waited for its turn.</summary>
    public const string HashingWait = "hashing.wait";

    /// <summary>Sessions that are neither ended nor run out; a gauge.</summary>
    public const string ActiveSessions = "sessions.active";

    /// <summary>Messages of the outbox not sent yet; a gauge.</summary>
    public const string MailWaiting = "mail.waiting";

    /// <summary>Messages of the outbox that were given up and are still kept; a gauge.</summary>
    public const string MailFailed = "mail.failed";
}
