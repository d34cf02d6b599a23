using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using WebApp.Platform.Http;
using WebApp.Platform.Telemetry;

namespace WebApp.Features.Passwords;

/// <summary>A few threads of low priority with a bounded queue before them, so that a flood of logins costs only the logins.</summary>
public sealed class HashingThreads : IDisposable
{
    /// <summary>Weight of the newest job in the moving average: it follows a change of load within about ten jobs.</summary>
    private const double Newest = 0.2;

    private readonly BlockingCollection<HashingJob> jobs;
    private readonly CancellationTokenSource stopping = new();
    private readonly Thread[] threads;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private double secondsPerJob = 0.25; // Cost 12 on a slow core, until measured.
    private int refusing;

    /// <summary>Starts the threads.</summary>
    /// <param name="threads">How many jobs run at once.</param>
    /// <param name="capacity">How many more may wait.</param>
    /// <param name="time">Measures the jobs.</param>
    /// <param name="logger">Logs a full queue.</param>
    public HashingThreads(int threads, int capacity, TimeProvider time, ILogger logger)
    {
        this.time = time;
        this.logger = logger;
        jobs = new(capacity);
        this.threads = [.. Enumerable.Range(1, threads).Select(n => new Thread(Work) { Name = $"hashing {n}", IsBackground = true })];
        Array.ForEach(this.threads, thread => thread.UnsafeStart());
    }

    /// <summary>Jobs that wait, without those that run.</summary>
    public int Waiting => jobs.Count;

    /// <summary>Runs <paramref name="work"/> on one of the threads. A job cancelled while it waits is never run.</summary>
    /// <exception cref="HashingQueueFullException">Too many wait already.</exception>
    public Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(stopping.IsCancellationRequested, this);
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<T>(cancellationToken);
        }

        var job = new HashingJob<T>(work, cancellationToken) { QueuedAt = time.GetTimestamp() };
        return jobs.TryAdd(job) ? job.Result.WaitAsync(cancellationToken) : Task.FromException<T>(Refuse());
    }

    /// <summary>Ends the threads after the jobs they are at; those that wait are cancelled.</summary>
    public void Dispose()
    {
        if (stopping.IsCancellationRequested)
        {
            return;
        }

        jobs.CompleteAdding();
        stopping.Cancel();
        Array.ForEach(threads, thread => thread.Join());
        while (jobs.TryTake(out var job))
        {
            job.Abandon();
        }

        jobs.Dispose();
        stopping.Dispose();
    }

    private HashingQueueFullException Refuse()
    {
        var seconds = Volatile.Read(ref secondsPerJob) * (jobs.Count + 1) / threads.Length;
        var retryAfter = Math.Max(1, (int)Math.Ceiling(seconds));
        if (Interlocked.Exchange(ref refusing, 1) == 0)
        {
            Log.QueueFull(logger, jobs.Count, retryAfter);
        }

        return new HashingQueueFullException(retryAfter);
    }

    private void Work()
    {
        if (!HashingPriority.TryLower())
        {
            Log.PriorityKept(logger);
        }

        try
        {
            foreach (var job in jobs.GetConsumingEnumerable(stopping.Token))
            {
                Take(job);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The queue is being disposed of.
        }
    }

    private void Take(HashingJob job)
    {
        // Half empty means the flood is over: the next one is worth a line again.
        if (jobs.Count <= jobs.BoundedCapacity / 2)
        {
            Volatile.Write(ref refusing, 0);
        }

        if (job.IsCancelled)
        {
            job.Abandon();
            return;
        }

        var started = time.GetTimestamp();
        Metrics.HashingWait(time.GetElapsedTime(job.QueuedAt, started));
        job.Run();
        var taken = time.GetElapsedTime(started).TotalSeconds;
        // Two threads may write at once; losing one sample of an average does no harm.
        Volatile.Write(ref secondsPerJob, (Volatile.Read(ref secondsPerJob) * (1 - Newest)) + (taken * Newest));
    }
}

/// <summary>The operating system's priority of the hashing threads. .NET's own <c>Thread.Priority</c> does nothing on Linux.</summary>
internal static partial class HashingPriority
{
    /// <summary>
    /// Against one busy thread of normal niceness, about a tenth of a core (kernel weights 110 and 1024); alone, all of it.
    /// </summary>
    private const int Nice = 10;

    private const int OfProcess = 0; // PRIO_PROCESS
    private const int ThisThread = 0; // On Linux niceness belongs to the thread, whatever POSIX says: setpriority(2).

    /// <summary>Lowers the calling thread's priority; false where that cannot be done, which does no harm.</summary>
    public static bool TryLower()
    {
        try
        {
            return OperatingSystem.IsLinux() && SetPriority(OfProcess, ThisThread, Nice) == 0;
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            return false; // A C library under another name.
        }
    }

    [LibraryImport("libc", EntryPoint = "setpriority")]
    private static partial int SetPriority(int which, int who, int priority);
}

/// <summary>More passwords wait to be hashed than will be: answered with 503 and <c>Retry-After</c>.</summary>
public sealed class HashingQueueFullException(int retryAfter) : Exception("Too many passwords are waiting to be hashed."), IUnavailable
{
    /// <summary>Seconds after which the present queue should be done, at least 1.</summary>
    public int RetryAfter { get; } = retryAfter;
}

/// <summary>One piece of work that waits in the hashing queue.</summary>
internal abstract class HashingJob
{
    /// <summary>When it was queued, as a timestamp.</summary>
    public required long QueuedAt { get; init; }

    /// <summary>True when nobody waits for it any more.</summary>
    public abstract bool IsCancelled { get; }

    /// <summary>Does the work and completes the task; never throws.</summary>
    public abstract void Run();

    /// <summary>Completes the task as cancelled, without doing the work.</summary>
    public abstract void Abandon();
}

/// <inheritdoc/>
internal sealed class HashingJob<T>(Func<T> work, CancellationToken cancellationToken) : HashingJob
{
    // The waiter must not go on running on a hashing thread, which has a low priority.
    private readonly TaskCompletionSource<T> result = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The caller's view.</summary>
    public Task<T> Result => result.Task;

    /// <inheritdoc/>
    public override bool IsCancelled => cancellationToken.IsCancellationRequested;

    /// <inheritdoc/>
    public override void Run()
    {
        try
        {
            result.SetResult(work());
        }
        catch (Exception e)
        {
            result.SetException(e);
        }
    }

    /// <inheritdoc/>
    public override void Abandon() => result.TrySetCanceled(cancellationToken);
}
