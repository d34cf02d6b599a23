using System.Diagnostics.Metrics;
using WebApp.Platform.Telemetry;

namespace WebApp.Features.Audit.Figures;

/// <summary>Collects the metrics for the console's charts, and keeps their sums since the process started.</summary>
public sealed class MetricCollector : IDisposable
{
    private readonly MeterListener listener = new();
    private readonly Tally hits = new();
    private readonly Tally misses = new();
    private readonly TimeTally lag = new();
    private readonly TimeTally wait = new();
    private readonly Tally sent = new();
    private readonly Tally givenUp = new();

    /// <summary>Begins to collect.</summary>
    public MetricCollector()
    {
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Name == Metrics.MeterName && instrument.Name is Metrics.CacheReads or Metrics.HashingWaits or Metrics.ChangeLags or Metrics.OutboxOutcomes)
            {
                self.EnableMeasurementEvents(instrument, instrument.Name switch { Metrics.HashingWaits => wait, Metrics.ChangeLags => lag, Metrics.OutboxOutcomes => sent, _ => null });
            }
        };
        listener.SetMeasurementEventCallback<long>((_, _, tags, mail) => (mail is null ? (Has(tags, Metrics.Miss) ? misses : hits) : MailTally(tags))?.Add());
        listener.SetMeasurementEventCallback<double>((_, seconds, _, tally) => ((TimeTally)tally!).Add(TimeSpan.FromSeconds(seconds)));
        listener.Start();
    }

    /// <summary>How long requests took.</summary>
    public TimeTally Requests { get; } = new();

    /// <summary>All counts so far, by name; for durations also the counts per bucket.</summary>
    public (string Name, long Count, long[]? Buckets)[] Read() =>
    [
        (MetricName.CacheHits, hits.Read(), null),
        (MetricName.CacheMisses, misses.Read(), null),
        (MetricName.MailSent, sent.Read(), null),
        (MetricName.MailGivenUp, givenUp.Read(), null),
        Times(MetricName.Requests, Requests),
        Times(MetricName.ChangeLag, lag),
        Times(MetricName.HashingWait, wait),
    ];

    /// <inheritdoc/>
    public void Dispose() => listener.Dispose();

    private static (string, long, long[]?) Times(string name, TimeTally tally)
    {
        var buckets = tally.Read();
        return (name, buckets.Sum(), buckets);
    }

    private Tally? MailTally(ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        !Has(tags, Metrics.Mail) ? null : Has(tags, Metrics.Sent) ? sent : Has(tags, Metrics.GivenUp) ? givenUp : null;

    // The values are constants, so their references are equal.
    private static bool Has(ReadOnlySpan<KeyValuePair<string, object?>> tags, string value)
    {
        foreach (var tag in tags)
        {
            if (ReferenceEquals(tag.Value, value))
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>Counts events that occur many thousand times per second on every core. Each core has its own counter, so that they do not wait for each other.</summary>
public sealed class Tally
{
    // Two cache lines apart, because processors fetch them in pairs.
    private const int Stride = 16;
    private const int Slots = 16;

    private readonly long[] counts = new long[Slots * Stride];

    /// <summary>Counts one.</summary>
    public void Add() => Interlocked.Increment(ref counts[(Thread.GetCurrentProcessorId() & (Slots - 1)) * Stride]);

    /// <summary>The total so far.</summary>
    public long Read()
    {
        var all = 0L;
        for (var slot = 0; slot < counts.Length; slot += Stride)
        {
            all += Volatile.Read(ref counts[slot]);
        }

        return all;
    }
}

/// <summary>Counts durations from any number of threads, for as long as the process lives. One count is one atomic addition.</summary>
public sealed class TimeTally
{
    private readonly long[] buckets = new long[TimeScale.Count];

    /// <summary>Counts one.</summary>
    public void Add(TimeSpan time) => Interlocked.Increment(ref buckets[TimeScale.IndexOf(time)]);

    /// <summary>The counts so far.</summary>
    public long[] Read()
    {
        var read = new long[TimeScale.Count];
        for (var i = 0; i < read.Length; i++)
        {
            read[i] = Volatile.Read(ref buckets[i]);
        }

        return read;
    }
}
