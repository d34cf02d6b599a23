using System.Collections.Concurrent;
using System.Net;
using System.Threading.RateLimiting;
using WebApp.Platform.Http.Client;

namespace WebApp.Platform.Http.Limits;

/// <summary>
/// A budget of calls for every IP prefix, refilled evenly over a minute. Of each it keeps one number: when its budget will be full again
/// (the generic cell rate algorithm, ITU-T I.371). Full ones are forgotten. Its memory has a bound: once it knows
/// <paramref name="capacity"/> prefixes that are not full, new ones are counted by the network around them, in a table of fixed size.
/// </summary>
/// <param name="permits">Calls a minute for a prefix.</param>
/// <param name="clock">Only its timestamps, which never jump.</param>
/// <param name="capacity">How many prefixes are counted apart.</param>
public sealed class IpBudgets(int permits, TimeProvider clock, int capacity = IpBudgets.DefaultCapacity)
{
    // About 15 MB when full.
    private const int DefaultCapacity = 100_000;

    // A network has more people in it than one.
    private const int NetworkShare = 10;
    private const int NetworkSlots = 4096;

    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<IpPrefix, long> prefixes = new();
    private readonly long[] networks = new long[NetworkSlots];
    private readonly long window = clock.TimestampFrequency * 60;
    private int known;
    private long sweepAt = clock.GetTimestamp();

    /// <summary>How many prefixes are counted apart now.</summary>
    public int Known => Volatile.Read(ref known);

    /// <summary>Takes <paramref name="cost"/> from the budget of an address. Null: go on; otherwise how long until there is enough again.</summary>
    public TimeSpan? Spend(IPAddress? address, int cost)
    {
        var now = clock.GetTimestamp();
        SweepSometimes(now);
        var prefix = IpPrefix.Containing(address);
        var price = cost * window / permits;
        while (true)
        {
            if (!prefixes.TryGetValue(prefix, out var full))
            {
                if (Volatile.Read(ref known) >= capacity)
                {
                    return SpendByNetwork(address, price / NetworkShare, now);
                }

                if (prefixes.TryAdd(prefix, now + price))
                {
                    Interlocked.Increment(ref known);
                    return null;
                }
            }
            else if (Overdraft(full, price, now, out var next) is { } wait)
            {
                return wait;
            }
            else if (prefixes.TryUpdate(prefix, next, full))
            {
                return null;
            }
        }
    }

    private TimeSpan? SpendByNetwork(IPAddress? address, long price, long now)
    {
        // String hashes are seeded by process: nobody can choose whom to share a slot with.
        ref var slot = ref networks[(uint)IpPrefix.NetworkOf(address).GetHashCode() % NetworkSlots];
        while (true)
        {
            var full = Volatile.Read(ref slot);
            if (Overdraft(full, price, now, out var next) is { } wait)
            {
                return wait;
            }

            if (Interlocked.CompareExchange(ref slot, next, full) == full)
            {
                return null;
            }
        }
    }

    // A budget is full at `full`; spending moves that later, at most a window ahead.
    private TimeSpan? Overdraft(long full, long price, long now, out long next)
    {
        next = Math.Max(full, now) + price;
        var over = next - now - Math.Max(window, price);
        return over > 0 ? clock.GetElapsedTime(0, over) : null;
    }

    private void SweepSometimes(long now)
    {
        var due = Volatile.Read(ref sweepAt);
        if (now < due || Interlocked.CompareExchange(ref sweepAt, now + (long)(SweepInterval.TotalSeconds * clock.TimestampFrequency), due) != due)
        {
            return;
        }

        foreach (var entry in prefixes)
        {
            // Only if nobody has spent from it meanwhile.
            if (entry.Value <= now && prefixes.TryRemove(entry))
            {
                Interlocked.Decrement(ref known);
            }
        }
    }
}

/// <summary>What ASP.NET's rate limiter asks: the budget of the caller's prefix, for what the endpoint costs. Nobody ever waits in a queue.</summary>
internal sealed class IpRateLimiter(IpBudgets budgets) : PartitionedRateLimiter<HttpContext>
{
    public override RateLimiterStatistics? GetStatistics(HttpContext resource) => null;

    protected override RateLimitLease AttemptAcquireCore(HttpContext resource, int permitCount)
    {
        var limit = resource.GetEndpoint()?.Metadata.GetMetadata<LimitByIpAttribute>();
        return limit is not null && budgets.Spend(ClientInfo.IpOf(resource), permitCount * limit.Cost) is { } wait ? IpLease.Refused(wait) : IpLease.Granted;
    }

    protected override ValueTask<RateLimitLease> AcquireAsyncCore(HttpContext context, int permitCount, CancellationToken cancellationToken) =>
        new(AttemptAcquireCore(context, permitCount));
}

/// <summary>Whether a call may go on, and if not, when to come back.</summary>
internal sealed class IpLease : RateLimitLease
{
    /// <summary>Go on.</summary>
    public static readonly IpLease Granted = new(null);

    private readonly TimeSpan? wait;

    private IpLease(TimeSpan? wait) => this.wait = wait;

    public override bool IsAcquired => wait is null;

    public override IEnumerable<string> MetadataNames => wait is null ? [] : [MetadataName.RetryAfter.Name];

    /// <summary>Come back then.</summary>
    public static IpLease Refused(TimeSpan wait) => new(wait);

    public override bool TryGetMetadata(string metadataName, out object? metadata)
    {
        metadata = metadataName == MetadataName.RetryAfter.Name ? wait : null;
        return metadata is not null;
    }
}
