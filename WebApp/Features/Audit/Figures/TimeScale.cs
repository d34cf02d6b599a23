using System.Numerics;

namespace WebApp.Features.Audit.Figures;

/// <summary>
/// Sorts durations into buckets, four per doubling, from 16 µs to more than a minute. Percentiles over any number of nodes and minutes can be calculated
/// from them, with an error of about a tenth.
/// </summary>
public static class TimeScale
{
    /// <summary>The number of buckets.</summary>
    public const int Count = (HighestBit - LowestBit) * Steps + 1;

    private const int Steps = 4;
    private const int StepBits = 2;
    private const int LowestBit = 4;
    private const int HighestBit = 26;

    /// <summary>The bucket of a duration. Values outside the range belong to the first or last bucket.</summary>
    public static int IndexOf(TimeSpan time)
    {
        var micros = (ulong)Math.Max(time.Ticks / TimeSpan.TicksPerMicrosecond, 1 << LowestBit);
        var bit = BitOperations.Log2(micros);
        return Math.Min(((bit - LowestBit) << StepBits) + (int)((micros >> (bit - StepBits)) & (Steps - 1)), Count - 1);
    }

    /// <summary>The duration that a share of all did not exceed, in milliseconds; null if there are none.</summary>
    /// <param name="buckets">The count per bucket.</param>
    /// <param name="share">0 to 1, such as 0.95.</param>
    public static double? Percentile(ReadOnlySpan<long> buckets, double share)
    {
        long all = 0;
        foreach (var count in buckets)
        {
            all += count;
        }

        if (all == 0)
        {
            return null;
        }

        var wanted = share * all;
        long below = 0;
        for (var i = 0; i < buckets.Length; i++)
        {
            if (buckets[i] > 0 && below + buckets[i] >= wanted)
            {
                // Interpolated, as if the values in the bucket were evenly distributed.
                var part = (wanted - below) / buckets[i];
                return (LowerBound(i) + part * (LowerBound(i + 1) - LowerBound(i))) / 1000;
            }

            below += buckets[i];
        }

        return LowerBound(buckets.Length) / 1000;
    }

    private static double LowerBound(int index) => Math.ScaleB(1 + (double)(index & (Steps - 1)) / Steps, LowestBit + (index >> StepBits));
}
