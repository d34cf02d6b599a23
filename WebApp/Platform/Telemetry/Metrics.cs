using System.Diagnostics.Metrics;

namespace WebApp.Platform.Telemetry;

/// <summary>
/// The metrics of this process: the meter <c>WebApp</c>. No label has a user, an address or a session. Without a listener, a count costs a
/// check of one field; labels are existing strings, so nothing is allocated.
/// </summary>
/// <remarks>The duration of requests is measured by ASP.NET Core: <c>http.server.request.duration</c>.</remarks>
public static class Metrics
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "WebApp";

    /// <summary>The counter of cache reads.</summary>
    public const string CacheReads = "webapp.cache.reads";

    /// <summary>The histogram of the time that passwords wait to be hashed.</summary>
    public const string HashingWaits = "webapp.hashing.wait";

    /// <summary>The histogram of the time that changes take to arrive.</summary>
    public const string ChangeLags = "webapp.changes.lag";

    /// <summary>The outcome of a read that was not answered from the cache.</summary>
    public const string Miss = "miss";

    /// <summary>The counter of what became of messages of the outbox.</summary>
    public const string OutboxOutcomes = "webapp.outbox.messages";

    /// <summary>The channel of mails, and two outcomes of messages.</summary>
    public const string Mail = "mail", Sent = "sent", GivenUp = "failed";

    private static readonly Meter Meter = new(MeterName);

    private static readonly Counter<long> SignInCount = Meter.CreateCounter<long>("webapp.sign_ins", "{sign-in}", "Sign-ins by outcome and kind of request.");

    private static readonly Counter<long> EventCount = Meter.CreateCounter<long>("webapp.security_events", "{event}", "Security events by kind and kind of request: failures, lockouts, second factors, changes.");

    private static readonly Counter<long> AlertCount = Meter.CreateCounter<long>("webapp.alerts", "{alert}", "Findings of the rules of suspicion, by kind.");

    private static readonly Counter<long> TokenCount = Meter.CreateCounter<long>("webapp.tokens", "{token}", "Tokens by what became of them: issued, refreshed, repeated, reused, revoked, expired, refused.");

    private static readonly Counter<long> CacheCount = Meter.CreateCounter<long>(CacheReads, "{read}", "Reads of the caches, by cache and whether memory answered.");

    private static readonly Counter<long> OutboxCount = Meter.CreateCounter<long>(OutboxOutcomes, "{message}", "Messages of the outbox by channel and outcome: queued, sent, deferred, failed, expired.");

    private static readonly Histogram<double> HashingWaitTime = Meter.CreateHistogram<double>(HashingWaits, "s", "How long a password waits for its turn to be hashed.");

    private static readonly Histogram<double> ChangeLagTime = Meter.CreateHistogram<double>(ChangeLags, "s", "How long a change committed in the database, such as a revocation, takes to arrive here.");

    /// <summary>Counts a completed or refused sign-in.</summary>
    public static void SignIn(bool succeeded, string request) => SignInCount.Add(1, new("outcome", succeeded ? "succeeded" : "refused"), new("request", request));

    /// <summary>Counts a security event.</summary>
    public static void SecurityEvent(string kind, string request) => EventCount.Add(1, new("kind", kind), new("request", request));

    /// <summary>Counts an alert.</summary>
    public static void Alert(string kind) => AlertCount.Add(1, new KeyValuePair<string, object?>("kind", kind));

    /// <summary>Counts an outcome of a token.</summary>
    public static void Token(string outcome) => TokenCount.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    /// <summary>Counts a cache read.</summary>
    public static void CacheRead(string cache, bool hit) => CacheCount.Add(1, new("cache", cache), new("outcome", hit ? "hit" : Miss));

    /// <summary>Counts an outcome of a message.</summary>
    public static void OutboxMessage(string channel, string outcome) => OutboxMessages(channel, outcome, 1);

    /// <summary>Counts an outcome of several messages.</summary>
    public static void OutboxMessages(string channel, string outcome, int count) => OutboxCount.Add(count, new("channel", channel), new("outcome", outcome));

    /// <summary>Records how long a password waited to be hashed.</summary>
    public static void HashingWait(TimeSpan waited) => HashingWaitTime.Record(waited.TotalSeconds);

    /// <summary>Records how long a change took to arrive.</summary>
    public static void ChangeLag(TimeSpan lag) => ChangeLagTime.Record(lag.TotalSeconds);
}
