using WebApp.Platform.Http;

namespace WebApp.Features.Passwords;

/// <summary>More passwords wait to be hashed than will be: answered with 503 and <c>Retry-After</c>.</summary>
public sealed class HashingQueueFullException(int retryAfter) : Exception("Too many passwords are waiting to be hashed."), IUnavailable
{
    /// <summary>Seconds after which the present queue should be done, at least 1.</summary>
    public int RetryAfter { get; } = retryAfter;
}
