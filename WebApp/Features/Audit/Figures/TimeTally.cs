namespace WebApp.Features.Audit.Figures;

/// <summary>Counts times as they come, from any number of threads, for as long as the process lives. One count is one atomic addition.</summary>
public sealed class TimeTally
{
    private readonly long[] buckets = new long[TimeScale.Count];

    /// <summary>Counts one.</summary>
    public void Add(TimeSpan time) => Interlocked.Increment(ref buckets[TimeScale.IndexOf(time)]);

    /// <summary>All so far.</summary>
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
