namespace WebApp.Features.Audit.Figures;

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
