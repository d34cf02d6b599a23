using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using WebApp.Platform.Http;
using WebApp.Platform.Telemetry;

namespace WebApp.Features.Passwords;

/// <summary>A few threads of low priority with a bounded queue, so that a flood of logins affects only logins.</summary>
public sealed class HashingThreads : IDisposable
{
    /// <summary>Weight of the newest job in the moving average: it adapts to a change of load within about ten jobs.</summary>
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
    /// <param name="capacity">How many more jobs may wait.</param>
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

    /// <summary>The number of waiting jobs, without running ones.</summary>
    public int Waiting => jobs.Count;

    /// <summary>Runs <paramref name="work"/> on one of the threads. A job that is cancelled while it waits is never run.</summary>
    /// <exception cref="HashingQueueFullException">Too many jobs wait already.</exception>
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

    /// <summary>Ends the threads after their current jobs; waiting jobs are cancelled.</summary>
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
        // Half empty means that the flood is over: the next one is logged again.
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
    /// <summary>Beside one busy thread of normal niceness, about a tenth of a core (kernel weights 110 and 1024); otherwise the whole core.</summary>
    private const int Nice = 10;

    private const int OfProcess = 0; // PRIO_PROCESS
    private const int ThisThread = 0; // On Linux niceness belongs to the thread, whatever POSIX says: setpriority(2).

    /// <summary>Lowers the calling thread's priority; returns false if that is not possible, which does no harm.</summary>
    public static bool TryLower()
    {
        try
        {
            return OperatingSystem.IsLinux() && SetPriority(OfProcess, ThisThread, Nice) == 0;
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            return false; // The C library has another name.
        }
    }

    [LibraryImport("libc", EntryPoint = "setpriority")]
    private static partial int SetPriority(int which, int who, int priority);
}

/// <summary>The queue of passwords to hash is full: answered with 503 and <c>Retry-After</c>.</summary>
public sealed class HashingQueueFullException(int retryAfter) : Exception("Too many passwords are waiting to be hashed."), IUnavailable
{
    /// <summary>Seconds after which the current queue should be finished, at least 1.</summary>
    public int RetryAfter { get; } = retryAfter;
}

/// <summary>One job in the hashing queue.</summary>
internal abstract class HashingJob
{
    /// <summary>When it was queued, as a timestamp.</summary>
    public required long QueuedAt { get; init; }

    /// <summary>True if nobody waits for it any more.</summary>
    public abstract bool IsCancelled { get; }

    /// <summary>Does the work and completes the task; never throws.</summary>
    public abstract void Run();

    /// <summary>Completes the task as cancelled, without doing the work.</summary>
    public abstract void Abandon();
}

/// <inheritdoc/>
internal sealed class HashingJob<T>(Func<T> work, CancellationToken cancellationToken) : HashingJob
{
    // The waiting code must not continue on a hashing thread, which has a low priority.
    private readonly TaskCompletionSource<T> result = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The task for the caller.</summary>
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
