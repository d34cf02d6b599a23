namespace WebApp.Features.Audit.Figures;

/// <summary>Counts what happens many thousand times a second on every core: each core has a place of its own, so that they do not wait for each other.</summary>
public sealed class Tally
{
    // Two cache lines apart: processors fetch them in pairs.
    private const int Apart = 16;
    private const int Places = 16;

    private readonly long[] counts = new long[Places * Apart];

    /// <summary>Counts one.</summary>
    public void Add() => Interlocked.Increment(ref counts[(Thread.GetCurrentProcessorId() & (Places - 1)) * Apart]);

    /// <summary>All so far.</summary>
    public long Read()
    {
        var all = 0L;
        for (var place = 0; place < counts.Length; place += Apart)
        {
            all += Volatile.Read(ref counts[place]);
        }

        return all;
    }
}
