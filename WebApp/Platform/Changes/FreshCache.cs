using Microsoft.Extensions.Caching.Memory;
using WebApp.Platform.Telemetry;

namespace WebApp.Platform.Changes;

/// <summary>
/// A cache that is trusted only while the LISTEN connection is alive. Without it every read loads; with the next connection it starts empty.
/// </summary>
/// <typeparam name="TKey">What entries are found by.</typeparam>
/// <typeparam name="TValue">What is kept; an absent value is not kept.</typeparam>
public sealed class FreshCache<TKey, TValue> : IDisposable
    where TKey : notnull
    where TValue : class
{
    private static readonly string Name = typeof(TValue).Name;

    private readonly ChangeFeed feed;
    private readonly TimeSpan lifetime;
    private readonly MemoryCache entries;
    private long changes;

    /// <summary>Makes a cache of at most <paramref name="capacity"/> entries, each kept for <paramref name="lifetime"/> at most.</summary>
    public FreshCache(ChangeFeed feed, int capacity, TimeSpan lifetime)
    {
        this.feed = feed;
        this.lifetime = lifetime;
        entries = new(new MemoryCacheOptions { SizeLimit = capacity });
        feed.OnReset(_ =>
        {
            Clear();
            return Task.CompletedTask;
        });
    }

    /// <summary>The value from memory, or from <paramref name="load"/>; null when there is none.</summary>
    public async ValueTask<TValue?> GetAsync(TKey key, Func<TKey, CancellationToken, Task<TValue?>> load, CancellationToken cancel)
    {
        if (feed.IsConnected && entries.TryGetValue(key, out TValue? known))
        {
            Metrics.CacheRead(Name, hit: true);
            return known;
        }

        Metrics.CacheRead(Name, hit: false);
        var before = Volatile.Read(ref changes);
        var loaded = await load(key, cancel);

        // A change received while loading may not be in what was loaded: then it is used once and not kept.
        if (loaded is not null && feed.IsConnected && before == Volatile.Read(ref changes))
        {
            entries.Set(key, loaded, new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = lifetime });
            if (before != Volatile.Read(ref changes))
            {
                entries.Remove(key);
            }
        }

        return loaded;
    }

    /// <summary>Forgets one entry.</summary>
    public void Remove(TKey key)
    {
        Interlocked.Increment(ref changes);
        entries.Remove(key);
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        Interlocked.Increment(ref changes);
        entries.Clear();
    }

    /// <inheritdoc/>
    public void Dispose() => entries.Dispose();
}
