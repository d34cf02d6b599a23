using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using WebApp.Platform.Http;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Http.Limits;

namespace WebApp.Areas.Api.Bearer;

/// <summary>
/// Counts tokens that were never ours, by IP prefix and minute, in this node's memory: good tokens, and those that merely ran out, cost nothing.
/// Who sends too many is no longer told what is wrong with them. Good ones from the same place still pass, for nobody guesses 256 bits.
/// </summary>
public sealed class TokenGuesses(IOptions<IpLimitOptions> options, TimeProvider clock)
{
    // Some megabytes at the most. Prefixes beyond it go uncounted for the rest of the minute.
    private const int Capacity = 20_000;

    private Minute current = new(DateTimeOffset.MinValue);

    /// <summary>Counts one that is refused. Returns the refusal, or the one to give instead, with <c>Retry-After</c>.</summary>
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

        // Of several that find it over at once, one begins the next.
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
