using Microsoft.Extensions.Caching.Memory;
using WebApp.Platform.Telemetry;

namespace WebApp.Platform.Changes;

/// <summary>
/// A cache that is trusted only while the node hears the database. Deaf, every read loads; on hearing again it starts empty.
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
        if (feed.IsHearing && entries.TryGetValue(key, out TValue? known))
        {
            Metrics.CacheRead(Name, hit: true);
            return known;
        }

        Metrics.CacheRead(Name, hit: false);
        var before = Volatile.Read(ref changes);
        var loaded = await load(key, cancel);

        // A change heard while loading may not be in what was loaded: then it is used once and not kept.
        if (loaded is not null && feed.IsHearing && before == Volatile.Read(ref changes))
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
