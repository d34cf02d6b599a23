using System.Collections.Concurrent;
using System.Net;
using System.Threading.RateLimiting;
using WebApp.Platform.Http.Client;

namespace WebApp.Platform.Http.Limits;

/// <summary>
/// A budget of calls for each IP prefix, refilled evenly over a minute. It stores one number per prefix: when its budget will be full again
/// (the generic cell rate algorithm, ITU-T I.371). Full budgets are removed. Its memory is bounded: with
/// <paramref name="capacity"/> prefixes stored, new ones are counted by their network, in a table of fixed size.
/// </summary>
/// <param name="permits">Calls a minute for a prefix.</param>
/// <param name="clock">Only its timestamps are used, which are monotonic.</param>
/// <param name="capacity">How many prefixes are counted separately.</param>
public sealed class IpBudgets(int permits, TimeProvider clock, int capacity = IpBudgets.DefaultCapacity)
{
    // About 15 MB when full.
    private const int DefaultCapacity = 100_000;

    // A network has many users, so it gets ten times the budget of a prefix.
    private const int NetworkShare = 10;
    private const int NetworkSlots = 4096;

    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<IpPrefix, long> prefixes = new();
    private readonly long[] networks = new long[NetworkSlots];
    private readonly long window = clock.TimestampFrequency * 60;
    private int known;
    private long sweepAt = clock.GetTimestamp();

    /// <summary>How many prefixes are counted separately now.</summary>
    public int Known => Volatile.Read(ref known);

    /// <summary>Takes <paramref name="cost"/> from the budget of an address. Returns null if it sufficed, otherwise the time until it suffices.</summary>
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
        // String hashes are seeded per process, so a client cannot choose a network with which it shares a slot.
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

    // The budget is full at the time `full`. Spending moves that time later, to at most one window from now.
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
            // Removes it only if nothing was spent from it meanwhile.
            if (entry.Value <= now && prefixes.TryRemove(entry))
            {
                Interlocked.Decrement(ref known);
            }
        }
    }
}

/// <summary>The limiter for ASP.NET's rate limiting: takes the endpoint's cost from the budget of the client's prefix. It has no queue.</summary>
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

/// <summary>The limiter's result: granted, or refused with the time to wait.</summary>
internal sealed class IpLease : RateLimitLease
{
    /// <summary>The call is allowed.</summary>
    public static readonly IpLease Granted = new(null);

    private readonly TimeSpan? wait;

    private IpLease(TimeSpan? wait) => this.wait = wait;

    public override bool IsAcquired => wait is null;

    public override IEnumerable<string> MetadataNames => wait is null ? [] : [MetadataName.RetryAfter.Name];

    /// <summary>The call is refused for that time.</summary>
    public static IpLease Refused(TimeSpan wait) => new(wait);

    public override bool TryGetMetadata(string metadataName, out object? metadata)
    {
        metadata = metadataName == MetadataName.RetryAfter.Name ? wait : null;
        return metadata is not null;
    }
}
