using System.Collections.Concurrent;

namespace WebApp.Passwords;

/// <summary>A few threads of low priority with a bounded queue before them, so that a flood of logins costs only the logins.</summary>
public sealed class HashingThreads : IDisposable
{
    /// <summary>Weight of the newest job in the moving average: it follows a change of load within about ten jobs.</summary>
    private const double Newest = 0.2;

    private readonly BlockingCollection<HashingJob> _jobs;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Thread[] _threads;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private double _secondsPerJob = 0.25; // Cost 12 on a slow core, until measured.
    private int _refusing;

    /// <summary>Starts the threads.</summary>
    /// <param name="threads">How many jobs run at once.</param>
    /// <param name="capacity">How many more may wait.</param>
    /// <param name="time">Measures the jobs.</param>
    /// <param name="logger">Hears of a full queue.</param>
    public HashingThreads(int threads, int capacity, TimeProvider time, ILogger logger)
    {
        _time = time;
        _logger = logger;
        _jobs = new(capacity);
        _threads = [.. Enumerable.Range(1, threads).Select(n => new Thread(Work) { Name = $"hashing {n}", IsBackground = true })];
        Array.ForEach(_threads, thread => thread.UnsafeStart());
    }

    /// <summary>Jobs that wait, without those that run.</summary>
    public int Waiting => _jobs.Count;

    /// <summary>Runs <paramref name="work"/> on one of the threads. A job cancelled while it waits is never run.</summary>
    /// <exception cref="HashingQueueFullException">Too many wait already.</exception>
    public Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_stopping.IsCancellationRequested, this);
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled<T>(cancellationToken);

        var job = new HashingJob<T>(work, cancellationToken);
        return _jobs.TryAdd(job) ? job.Result.WaitAsync(cancellationToken) : Task.FromException<T>(Refuse());
    }

    /// <summary>Ends the threads after the jobs they are at; those that wait are cancelled.</summary>
    public void Dispose()
    {
        if (_stopping.IsCancellationRequested)
            return;
        _jobs.CompleteAdding();
        _stopping.Cancel();
        Array.ForEach(_threads, thread => thread.Join());
        while (_jobs.TryTake(out var job))
            job.Abandon();
        _jobs.Dispose();
        _stopping.Dispose();
    }

    private HashingQueueFullException Refuse()
    {
        var seconds = Volatile.Read(ref _secondsPerJob) * (_jobs.Count + 1) / _threads.Length;
        var retryAfter = Math.Max(1, (int)Math.Ceiling(seconds));
        if (Interlocked.Exchange(ref _refusing, 1) == 0)
            Log.QueueFull(_logger, _jobs.Count, retryAfter);
        return new HashingQueueFullException(retryAfter);
    }

    private void Work()
    {
        if (!HashingPriority.TryLower())
            Log.PriorityKept(_logger);
        try
        {
            foreach (var job in _jobs.GetConsumingEnumerable(_stopping.Token))
                Take(job);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The queue is being disposed of.
        }
    }

    private void Take(HashingJob job)
    {
        // Half empty means the flood is over: the next one is worth a line again.
        if (_jobs.Count <= _jobs.BoundedCapacity / 2)
            Volatile.Write(ref _refusing, 0);
        if (job.IsCancelled)
        {
            job.Abandon();
            return;
        }

        var started = _time.GetTimestamp();
        job.Run();
        var taken = _time.GetElapsedTime(started).TotalSeconds;
        // Two threads may write at once; losing one sample of an average does no harm.
        Volatile.Write(ref _secondsPerJob, (Volatile.Read(ref _secondsPerJob) * (1 - Newest)) + (taken * Newest));
    }
}
