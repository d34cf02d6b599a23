using Microsoft.Extensions.Caching.Memory;
using WebApp.Platform.Telemetry;

namespace WebApp.Platform.Changes;

/// <summary>
/// A cache that is used only while the LISTEN connection is alive. While disconnected, every read loads; after a reconnect the cache is empty.
/// </summary>
/// <typeparam name="TKey">The key of an entry.</typeparam>
/// <typeparam name="TValue">The value of an entry; null is not cached.</typeparam>
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

        // The loaded value may lack a change that was received while loading. Then it is returned and not cached.
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

    /// <summary>Removes one entry.</summary>
    public void Remove(TKey key)
    {
        Interlocked.Increment(ref changes);
        entries.Remove(key);
    }

    /// <summary>Removes all entries.</summary>
    public void Clear()
    {
        Interlocked.Increment(ref changes);
        entries.Clear();
    }

    /// <inheritdoc/>
    public void Dispose() => entries.Dispose();
}
