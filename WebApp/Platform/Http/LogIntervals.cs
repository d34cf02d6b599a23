using System.Collections.Concurrent;

namespace WebApp.Platform.Http;

/// <summary>
/// Keeps one cause that meets every request, such as a database that is away, from filling the log: one line of each kind every
/// <see cref="Length"/>, with how many were left out since the last.
/// </summary>
public sealed class LogIntervals(TimeProvider clock)
{
    /// <summary>The time between two lines of a kind.</summary>
    public static readonly TimeSpan Length = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<Type, Interval> intervals = new();

    /// <summary>Whether a line of this kind is to be written now. Kinds are types, so there are few.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="omitted">How many were not, since the last that was.</param>
    public bool IsDue(Type kind, out int omitted)
    {
        var interval = intervals.GetOrAdd(kind, _ => new());
        var now = clock.GetUtcNow();
        lock (interval)
        {
            // A clock that was set back starts a new interval.
            if (now - interval.Begin < Length && now >= interval.Begin)
            {
                omitted = ++interval.Omitted;
                return false;
            }

            (omitted, interval.Omitted, interval.Begin) = (interval.Omitted, 0, now);
            return true;
        }
    }

    private sealed class Interval
    {
        public DateTimeOffset Begin { get; set; } = DateTimeOffset.MinValue;

        public int Omitted { get; set; }
    }
}
