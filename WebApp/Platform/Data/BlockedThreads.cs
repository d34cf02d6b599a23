using System.Diagnostics;

namespace WebApp.Platform.Data;

/// <summary>
/// Gives the thread pool more threads while those it has are blocked. If the database does not answer, Npgsql blocks a thread for a second at each statement that it cancels, and no other request may wait for those threads.
/// </summary>
/// <remarks>
/// Not a larger minimum for good: the pool would run as many threads at once as it is allowed to, on cores that it does not have, and each that finds no more work spins for a while. A request then cost
/// up to half as much again (docs/performance.md).
/// </remarks>
public static class BlockedThreads
{
    // With one, a moment in which it is blocked would hold up everything.
    private const int ThreadsPerCore = 4;

    // Threads are blocked if work waits for so long while the process uses less of a core than this. A busy process makes work wait as well, and more threads would make that worse.
    private const double IdleShare = 0.1;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Calm = TimeSpan.FromSeconds(30);
    private static readonly Lock Gate = new();
    private static volatile int most;

    /// <summary>Begins to watch the pool of this process, once, from a thread of its own.</summary>
    /// <param name="blocked">How many threads may be blocked at once.</param>
    public static void Watch(int blocked)
    {
        lock (Gate)
        {
            var watches = most > 0;
            most = Math.Max(most, blocked);
            if (!watches)
            {
                new Thread(Run) { Name = "blocked threads", IsBackground = true }.UnsafeStart();
            }
        }
    }

    private static void Run()
    {
        ThreadPool.GetMinThreads(out var least, out var completions);
        var usual = Math.Max(least, Environment.ProcessorCount * ThreadsPerCore);
        ThreadPool.SetMinThreads(usual, completions);
        long? raisedAt = null;
        while (true)
        {
            var probe = new Probe();
            ThreadPool.UnsafeQueueUserWorkItem(probe, preferLocal: false);
            do
            {
                var used = Environment.CpuUsage.TotalTime;
                Thread.Sleep(Interval);
                if (!probe.HasBegun && Environment.CpuUsage.TotalTime - used < Interval * IdleShare)
                {
                    ThreadPool.SetMinThreads(Math.Max(usual, Environment.ProcessorCount + most), completions);
                    raisedAt = Stopwatch.GetTimestamp();
                }
            }
            while (!probe.HasBegun);

            if (raisedAt is { } since && Stopwatch.GetElapsedTime(since) > Calm)
            {
                ThreadPool.SetMinThreads(usual, completions);
                Shrink(usual);
                raisedAt = null;
            }
        }
    }

    // A lower minimum alone leaves as many threads at work as there were; a maximum ends them.
    private static void Shrink(int threads)
    {
        ThreadPool.GetMaxThreads(out var workers, out var completions);
        ThreadPool.SetMaxThreads(threads, completions);
        ThreadPool.SetMaxThreads(workers, completions);
    }

    private sealed class Probe : IThreadPoolWorkItem
    {
        private volatile bool begun;

        public bool HasBegun => begun;

        public void Execute() => begun = true;
    }
}
