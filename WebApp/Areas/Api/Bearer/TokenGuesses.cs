using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using WebApp.Platform.Http;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Http.Limits;

namespace WebApp.Areas.Api.Bearer;

/// <summary>
/// Counts tokens that were never issued here, by IP prefix and minute, in this node's memory. Valid and expired tokens are not counted.
/// After too many, the client gets 429 and not the reason. Valid tokens from the same prefix are still accepted, because 256 bits cannot be guessed.
/// </summary>
public sealed class TokenGuesses(IOptions<IpLimitOptions> options, TimeProvider clock)
{
    // At most some megabytes. Further prefixes are not counted for the rest of the minute.
    private const int Capacity = 20_000;

    private Minute current = new(DateTimeOffset.MinValue);

    /// <summary>Counts a refused token. Returns the refusal, or 429 instead, with <c>Retry-After</c>.</summary>
    public ApiError Count(HttpContext context, ApiError refusal)
    {
        var now = clock.GetUtcNow();
        var minute = Current(now);
        var prefix = IpPrefix.Containing(ClientInfo.IpOf(context));
        if (minute.Counts.Count >= Capacity && !minute.Counts.ContainsKey(prefix))
        {
            return refusal;
        }

        if (minute.Counts.AddOrUpdate(prefix, 1, (_, count) => count + 1) <= options.Value.IpPermitsPerMinute)
        {
            return refusal;
        }

        context.Response.Headers.RetryAfter = RetryAfter.Seconds(minute.EndsAt - now);
        return ApiErrors.TooManyAttempts;
    }

    private Minute Current(DateTimeOffset now)
    {
        var minute = Volatile.Read(ref current);
        if (minute.EndsAt > now)
        {
            return minute;
        }

        // If several requests find the minute over at once, one of them begins the next.
        var next = new Minute(now.AddMinutes(1));
        var found = Interlocked.CompareExchange(ref current, next, minute);
        return found == minute ? next : found;
    }

    private sealed class Minute(DateTimeOffset endsAt)
    {
        public DateTimeOffset EndsAt => endsAt;

        public ConcurrentDictionary<IpPrefix, int> Counts { get; } = new();
    }
}
