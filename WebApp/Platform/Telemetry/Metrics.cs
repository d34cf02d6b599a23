using System.Diagnostics.Metrics;

namespace WebApp.Platform.Telemetry;

/// <summary>
/// What this process counts and times: the meter <c>WebApp</c>. No label names a user, an address or a session. Unheard, a count costs a
/// test of one field; the labels are words that exist already.
/// </summary>
/// <remarks>The duration of requests is ASP.NET Core's own, <c>http.server.request.duration</c>.</remarks>
public static class Metrics
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "WebApp";

    /// <summary>The counter of reads of the caches.</summary>
    public const string CacheReads = "webapp.cache.reads";

    /// <summary>The times that passwords wait to be hashed.</summary>
    public const string HashingWaits = "webapp.hashing.wait";

    /// <summary>The times that changes take to arrive.</summary>
    public const string ChangeLags = "webapp.changes.lag";

    /// <summary>The outcome of a read that memory did not answer.</summary>
    public const string Miss = "miss";

    private static readonly Meter Meter = new(MeterName);

    private static readonly Counter<long> SignInCount = Meter.CreateCounter<long>("webapp.sign_ins", "{sign-in}", "Sign-ins by outcome and door.");

    private static readonly Counter<long> EventCount = Meter.CreateCounter<long>("webapp.security_events", "{event}", "Security events by kind and door: failures, lockouts, second factors, changes.");

    private static readonly Counter<long> AlertCount = Meter.CreateCounter<long>("webapp.alerts", "{alert}", "Findings of the rules of suspicion, by kind.");

    private static readonly Counter<long> TokenCount = Meter.CreateCounter<long>("webapp.tokens", "{token}", "Tokens by what became of them: issued, refreshed, repeated, reused, revoked, expired, refused.");

    private static readonly Counter<long> CacheCount = Meter.CreateCounter<long>(CacheReads, "{read}", "Reads of the caches, by cache and whether memory answered.");

    private static readonly Counter<long> OutboxCount = Meter.CreateCounter<long>("webapp.outbox.messages", "{message}", "Messages of the outbox by channel and outcome: queued, sent, deferred, failed, expired.");

    private static readonly Histogram<double> HashingWaitTime = Meter.CreateHistogram<double>(HashingWaits, "s", "How long a password waits for its turn to be hashed.");

    private static readonly Histogram<double> ChangeLagTime = Meter.CreateHistogram<double>(ChangeLags, "s", "How long a change committed in the database, such as a revocation, takes to arrive here.");

    /// <summary>A sign-in that was refused or completed.</summary>
    public static void SignIn(bool succeeded, string door) => SignInCount.Add(1, new("outcome", succeeded ? "succeeded" : "refused"), new("door", door));

    /// <summary>A security event.</summary>
    public static void SecurityEvent(string kind, string door) => EventCount.Add(1, new("kind", kind), new("door", door));

    /// <summary>A finding.</summary>
    public static void Alert(string kind) => AlertCount.Add(1, new KeyValuePair<string, object?>("kind", kind));

    /// <summary>What became of a token.</summary>
    public static void Token(string outcome) => TokenCount.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    /// <summary>A read of a cache.</summary>
    public static void CacheRead(string cache, bool hit) => CacheCount.Add(1, new("cache", cache), new("outcome", hit ? "hit" : Miss));

    /// <summary>What became of a message.</summary>
    public static void OutboxMessage(string channel, string outcome) => OutboxMessages(channel, outcome, 1);

    /// <summary>What became of several messages.</summary>
    public static void OutboxMessages(string channel, string outcome, int count) => OutboxCount.Add(count, new("channel", channel), new("outcome", outcome));

    /// <summary>A password's turn came.</summary>
    public static void HashingWait(TimeSpan waited) => HashingWaitTime.Record(waited.TotalSeconds);

    /// <summary>A change arrived.</summary>
    public static void ChangeLag(TimeSpan lag) => ChangeLagTime.Record(lag.TotalSeconds);
}
