using System.Diagnostics;
using System.Security.Cryptography;

namespace WebApp.Tests.Benchmarks.Peers;

/// <summary>A fixed piece of work, timed on both cores in every round: where its time varies, so does that of all that was measured beside it.</summary>
internal sealed class NoiseGauge(Cores cores)
{
    private const int Blocks = 200;

    private readonly byte[] block = new byte[64 * 1024];
    private readonly List<double> server = [];
    private readonly List<double> client = [];

    /// <summary>Does it once on each core.</summary>
    public void Take()
    {
        server.Add(Cores.RunOn(cores.Server, Work));
        client.Add(Cores.RunOn(cores.Client, Work));
    }

    /// <summary>What it showed, in a sentence.</summary>
    public string Describe() => FormattableString.Invariant(
        $"A fixed piece of work (SHA-256 of {Blocks * block.Length >> 20} MiB), timed {server.Count} times between the measurements, took {Milliseconds(server)} on the servers' core and {Milliseconds(client)} on the client's. On a quiet machine the longest is within a tenth of the shortest.");

    private double Work()
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        var started = Stopwatch.GetTimestamp();
        for (var n = 0; n < Blocks; n++)
        {
            SHA256.HashData(block, hash);
        }

        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }

    private static string Milliseconds(List<double> times) => FormattableString.Invariant(
        $"{Spread.Of(times).Show("0.0")} ms (longest {times.Max() / times.Min():0.0} x the shortest)");
}
