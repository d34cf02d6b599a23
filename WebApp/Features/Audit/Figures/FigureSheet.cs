namespace WebApp.Features.Audit.Figures;

/// <summary>The current and past figures of the service.</summary>
/// <param name="Range">The time range.</param>
/// <param name="At">The time of the figures (UTC).</param>
/// <param name="Points">The points, oldest first; the last one is not complete yet.</param>
/// <param name="Whole">All points combined; for gauges, the current value.</param>
/// <param name="MailFailed">Messages that were given up and are still stored.</param>
/// <param name="Nodes">The number of processes that wrote figures in the last two minutes.</param>
public sealed record FigureSheet(FigureRange Range, DateTimeOffset At, IReadOnlyList<FigurePoint> Points, FigurePoint Whole, long MailFailed, int Nodes)
{
    /// <summary>The refusals in the range, the most frequent first.</summary>
    public IReadOnlyList<Refusal> Refusals { get; init; } = [];

    /// <summary>The accounts now.</summary>
    public required UserFigures Users { get; init; }
}

/// <summary>How many events of a kind report a refusal.</summary>
/// <param name="Kind">The kind of event.</param>
/// <param name="Reason">For a refused sign-in the reason; otherwise empty.</param>
/// <param name="Count">How many.</param>
public sealed record Refusal(string Kind, string Reason, long Count);

/// <summary>The numbers of accounts.</summary>
/// <param name="Total">All accounts.</param>
/// <param name="WithSecondFactor">Those whose sign-in requires a second factor.</param>
/// <param name="WithPasskey">Those with a passkey.</param>
/// <param name="Protected">Those with one of both.</param>
public sealed record UserFigures(long Total, long WithSecondFactor, long WithPasskey, long Protected);

/// <summary>One point of the charts. A value is null if nothing was recorded, or if a ratio has no base.</summary>
/// <param name="At">The beginning of its interval (UTC).</param>
/// <param name="SignIns">Sessions created by sign-in.</param>
/// <param name="Failures">Events that report a refusal.</param>
/// <param name="Requests">Requests answered.</param>
/// <param name="Latency">How long they took.</param>
/// <param name="CacheHitRatio">The ratio of reads that were answered from memory, 0 to 1.</param>
/// <param name="ChangeLag">How long changes, such as a revocation, took to reach the node.</param>
/// <param name="HashingWait">How long passwords waited to be hashed.</param>
/// <param name="ActiveSessions">Sessions that are open.</param>
/// <param name="MailWaiting">Messages that are not sent yet.</param>
/// <param name="SignUps">Accounts created.</param>
/// <param name="ApiSessions">Those of the open sessions that are programs.</param>
/// <param name="MailSent">Mails sent.</param>
/// <param name="MailGivenUp">Mails that failed for good.</param>
public sealed record FigurePoint(
    DateTimeOffset At, long SignIns, long Failures, long? Requests, Percentiles Latency, double? CacheHitRatio, Percentiles ChangeLag, Percentiles HashingWait, long? ActiveSessions, long? MailWaiting,
    long SignUps, long? ApiSessions, long? MailSent, long? MailGivenUp);

/// <summary>Combines the minutes of all nodes in an interval.</summary>
internal static class FigureSum
{
    /// <summary>The combined point.</summary>
    public static FigurePoint Create(DateTimeOffset at, IReadOnlyCollection<MetricMinute> minutes, IEnumerable<EventCount> events)
    {
        var (signIns, signUps, failures) = (0L, 0L, 0L);
        foreach (var count in events)
        {
            signIns += count.Kind == SecurityEventKind.SignedIn ? count.Count : 0;
            signUps += count.Kind == SecurityEventKind.Registered ? count.Count : 0;
            failures += count.IsFailure ? count.Count : 0;
        }

        var (hits, misses) = (Total(minutes, MetricName.CacheHits), Total(minutes, MetricName.CacheMisses));
        return new(
            at,
            signIns,
            failures,
            Total(minutes, MetricName.Requests),
            Times(minutes, MetricName.Requests),
            hits + misses is > 0 and var reads ? (double)(hits ?? 0) / reads : null,
            Times(minutes, MetricName.ChangeLag),
            Times(minutes, MetricName.HashingWait),
            Newest(minutes, MetricName.ActiveSessions),
            Newest(minutes, MetricName.MailWaiting),
            signUps,
            Newest(minutes, MetricName.ApiSessions),
            Total(minutes, MetricName.MailSent),
            Total(minutes, MetricName.MailGivenUp));
    }

    private static long? Total(IEnumerable<MetricMinute> minutes, string name) =>
        minutes.Where(minute => minute.Name == name).Aggregate((long?)null, (sum, minute) => (sum ?? 0) + (long)minute.Value);

    private static long? Newest(IEnumerable<MetricMinute> minutes, string name) =>
        minutes.Where(minute => minute.Name == name).MaxBy(minute => minute.Minute) is { } newest ? (long)newest.Value : null;

    private static Percentiles Times(IEnumerable<MetricMinute> minutes, string name) => Percentiles.FromBuckets(Buckets(minutes.Where(minute => minute.Name == name)));

    /// <summary>The sums of the buckets.</summary>
    public static long[] Buckets(IEnumerable<MetricMinute> minutes)
    {
        var sum = new long[TimeScale.Count];
        foreach (var buckets in minutes.Select(minute => minute.Buckets ?? []))
        {
            // A node of another version may have other buckets; additional ones are ignored.
            for (var i = 0; i < Math.Min(buckets.Length, sum.Length); i++)
            {
                sum[i] += buckets[i];
            }
        }

        return sum;
    }
}

/// <summary>The names of the metrics that are counted per minute.</summary>
public static class MetricName
{
    /// <summary>Requests, and how long they took.</summary>
    public const string Requests = "requests";

    /// <summary>Cache reads that were answered from memory.</summary>
    public const string CacheHits = "cache.hits";

    /// <summary>Cache reads that were answered from the database.</summary>
    public const string CacheMisses = "cache.misses";

    /// <summary>How long changes, such as a revocation, took to reach the node.</summary>
    public const string ChangeLag = "changes.lag";

    /// <summary>Passwords hashed, and how long each waited.</summary>
    public const string HashingWait = "hashing.wait";

    /// <summary>Sessions that have neither ended nor expired; a gauge.</summary>
    public const string ActiveSessions = "sessions.active";

    /// <summary>Those of the open sessions that are programs; a gauge.</summary>
    public const string ApiSessions = "sessions.api";

    /// <summary>Accounts; a gauge.</summary>
    public const string Users = "users.total";

    /// <summary>Accounts whose sign-in requires a second factor; a gauge.</summary>
    public const string UsersWithSecondFactor = "users.second_factor";

    /// <summary>Accounts with a passkey; a gauge.</summary>
    public const string UsersWithPasskey = "users.passkey";

    /// <summary>Accounts with a second factor or a passkey; a gauge.</summary>
    public const string UsersProtected = "users.protected";

    /// <summary>Mails sent.</summary>
    public const string MailSent = "mail.sent";

    /// <summary>Mails that failed for good.</summary>
    public const string MailGivenUp = "mail.given_up";

    /// <summary>Messages in the outbox that are not sent yet; a gauge.</summary>
    public const string MailWaiting = "mail.waiting";

    /// <summary>Messages in the outbox that were given up and are still stored; a gauge.</summary>
    public const string MailFailed = "mail.failed";
}
