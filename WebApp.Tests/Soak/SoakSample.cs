using System.Globalization;

namespace WebApp.Tests.Soak;

/// <summary>How the nodes and the database were at one time.</summary>
/// <param name="At">Since the start.</param>
/// <param name="First">The node that is never killed, after a collection.</param>
/// <param name="Second">The node that is killed now and then.</param>
/// <param name="Connections">Connections to the database, of both nodes.</param>
/// <param name="Rows">Rows of each table.</param>
/// <param name="DatabaseBytes">The size of all tables and indexes.</param>
/// <param name="Times">How long answers took since the sample before, while nothing was done to the nodes; milliseconds, sorted.</param>
/// <param name="Requests">How many requests there were until then.</param>
internal sealed record SoakSample(
    TimeSpan At, SoakMemory First, SoakMemory? Second, int Connections, IReadOnlyDictionary<string, long> Rows, long DatabaseBytes, double[] Times, int Requests)
{
    private const string Columns = "   time | requests | heap 1  resident 1  private 1 threads | resident 2 | connections | rows     database | p50 ms  p95 ms  p99 ms";

    /// <summary>What stands above the lines.</summary>
    public static string Header => $"{Columns}\n{new string('-', Columns.Length)}";

    /// <summary>The time within which a share of the answers came.</summary>
    public double Percentile(double share) => Times.Length == 0 ? double.NaN : Times[Math.Min(Times.Length - 1, (int)(Times.Length * share))];

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{At,7:mm\\:ss} | {Requests,8} | {Megabytes(First.Heap),6:0.0} {Megabytes(First.Resident),11:0} {Megabytes(First.Private),10:0} {First.Threads,7} | {Megabytes(Second?.Resident ?? 0),10:0} | {Connections,11} | {Rows.Values.Sum(),-7} {Megabytes(DatabaseBytes),6:0.0} MB | {Percentile(0.5),6:0.0} {Percentile(0.95),7:0.0} {Percentile(0.99),7:0.0}");

    private static double Megabytes(long bytes) => bytes / 1048576.0;
}

/// <summary>Compares the last third of a run with the middle third: what grows between them grows with time.</summary>
internal static class SoakVerdict
{
    // What may differ, as a share of the middle third and on top of it. Both are generous to chance: something that leaks at every request goes beyond them in half an hour.
    private static readonly (string Name, Func<SoakSample, double> Value, double Share, double More)[] Bounds =
    [
        ("objects of node 1, MB", sample => sample.First.Heap / 1048576.0, 0.10, 4),
        ("resident memory of node 1, MB", sample => sample.First.Resident / 1048576.0, 0.10, 24),
        ("private memory of node 1, MB", sample => sample.First.Private / 1048576.0, 0.10, 24),
        ("threads of node 1", sample => sample.First.Threads, 0.10, 5),
        ("connections", sample => sample.Connections, 0.10, 8),
        ("median time, ms", sample => sample.Percentile(0.5), 0.50, 10),
        ("95th percentile, ms", sample => sample.Percentile(0.95), 1.0, 100),
    ];

    /// <summary>A line for each measure, and whether it kept within its bound.</summary>
    public static IEnumerable<(string Line, bool IsFlat)> Compare(IReadOnlyList<SoakSample> samples)
    {
        var third = samples.Count / 3;
        SoakSample[] middle = [.. samples.Skip(third).Take(third)];
        SoakSample[] last = [.. samples.Skip(samples.Count - third)];
        foreach (var (name, value, share, more) in Bounds)
        {
            yield return Line(name, Mean(middle, value), Mean(last, value), share, more);
        }

        // What is kept of each request is as much as there were requests: a machine that had other work in the middle third did less there.
        var faster = Math.Max(1, (double)(last[^1].Requests - middle[^1].Requests) / Math.Max(1, middle[^1].Requests - samples[third - 1].Requests));
        yield return Line("size of the database, MB", faster * Mean(middle, sample => sample.DatabaseBytes / 1048576.0), Mean(last, sample => sample.DatabaseBytes / 1048576.0), 0.15, 4);

        foreach (var table in last[^1].Rows.Keys.Order(StringComparer.Ordinal))
        {
            double Rows(SoakSample sample) => sample.Rows.GetValueOrDefault(table);
            yield return Line($"rows of {table}", faster * Mean(middle, Rows), Mean(last, Rows), 0.25, 200);
        }
    }

    private static (string, bool) Line(string name, double middle, double last, double share, double more)
    {
        var bound = (middle * (1 + share)) + more;
        var isFlat = double.IsNaN(middle) || double.IsNaN(last) || last <= bound;
        return (string.Create(CultureInfo.InvariantCulture, $"{(isFlat ? "  " : "! ")}{name,-34} middle {middle,9:0.0}   last {last,9:0.0}   at most {bound,9:0.0}"), isFlat);
    }

    private static double Mean(SoakSample[] samples, Func<SoakSample, double> value) =>
        samples.Select(value).Where(number => !double.IsNaN(number)).DefaultIfEmpty(double.NaN).Average();
}
