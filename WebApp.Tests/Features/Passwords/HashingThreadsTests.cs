using Microsoft.Extensions.Logging.Abstractions;
using WebApp.Features.Passwords;

namespace WebApp.Tests.Features.Passwords;

/// <summary>The bounded queue, with jobs that wait for the test instead of hashing.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class HashingThreadsTests
{
    [Test]
    public async Task Beyond_the_capacity_a_job_is_refused_with_the_time_to_come_back()
    {
        using var threads = Threads(capacity: 2);
        using var busy = await Busy.Occupy(threads);
        var waiting = new[] { threads.RunAsync(() => 1, default), threads.RunAsync(() => 2, default) };

        Assert.That(() => threads.RunAsync(() => 3, default), Throws.TypeOf<HashingQueueFullException>().With.Property("RetryAfter").GreaterThanOrEqualTo(1));

        busy.Release();
        Assert.That(await Task.WhenAll(waiting), Is.EqualTo((int[])[1, 2]));
        Assert.That(await threads.RunAsync(() => 4, default), Is.EqualTo(4));
    }

    [Test]
    public async Task The_time_to_come_back_follows_what_jobs_take()
    {
        var clock = new Clock();
        using var threads = new HashingThreads(1, 4, clock, NullLogger.Instance);
        for (var i = 0; i < 50; i++)
        {
            await threads.RunAsync(() => clock.Advance(TimeSpan.FromSeconds(2)), default);
        }

        using var busy = await Busy.Occupy(threads);
        var waiting = Enumerable.Range(0, 4).Select(_ => threads.RunAsync(() => 0, default)).ToArray();

        // Four wait and one more would: five jobs of 2 s on one thread.
        Assert.That(() => threads.RunAsync(() => 0, default), Throws.TypeOf<HashingQueueFullException>().With.Property("RetryAfter").EqualTo(10));
        busy.Release();
        await Task.WhenAll(waiting);
    }

    [Test]
    public async Task A_job_cancelled_while_it_waits_is_never_run()
    {
        using var threads = Threads(capacity: 4);
        using var busy = await Busy.Occupy(threads);
        using var caller = new CancellationTokenSource();
        var ran = false;
        var cancelled = threads.RunAsync(() => ran = true, caller.Token);

        await caller.CancelAsync();

        Assert.That(async () => await cancelled, Throws.InstanceOf<OperationCanceledException>(), "the caller does not wait for the queue");
        busy.Release();
        Assert.That(await threads.RunAsync(() => "the next", default), Is.EqualTo("the next"));
        Assert.That(ran, Is.False);
    }

    [Test]
    public void A_job_that_throws_throws_to_its_caller_and_the_thread_goes_on()
    {
        using var threads = Threads(capacity: 4);

        Assert.That(() => threads.RunAsync<int>(() => throw new InvalidOperationException("no"), default), Throws.InvalidOperationException);
        Assert.That(() => threads.RunAsync(() => 1, default), Is.EqualTo(1));
    }

    [Test]
    public async Task Disposing_cancels_what_waits()
    {
        var threads = Threads(capacity: 4);
        var busy = await Busy.Occupy(threads);
        var waiting = threads.RunAsync(() => 1, default);

        var disposing = Task.Run(threads.Dispose);
        Assert.That(() => { _ = threads.RunAsync(() => 1, default); }, Throws.InstanceOf<InvalidOperationException>().After(5_000, 1), "closed");
        busy.Release();
        await disposing;

        Assert.That(async () => await waiting, Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    [Platform("Linux")]
    public async Task The_threads_have_a_lower_priority_than_the_rest()
    {
        using var threads = Threads(capacity: 4);

        // Field 19 of proc_pid_stat(5), counted behind the name in brackets.
        var stat = await threads.RunAsync(() => File.ReadAllText("/proc/thread-self/stat"), default);

        Assert.That(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[16], Is.EqualTo("10"));
    }

    private static HashingThreads Threads(int capacity) => new(1, capacity, TimeProvider.System, NullLogger.Instance);

    /// <summary>A job that keeps the only thread until it is released.</summary>
    private sealed class Busy : IDisposable
    {
        private readonly ManualResetEventSlim released = new();
        private Task<int> job = Task.FromResult(0);

        public static async Task<Busy> Occupy(HashingThreads threads)
        {
            var busy = new Busy();
            var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            busy.job = threads.RunAsync(
                () =>
                {
                    begun.SetResult();
                    busy.released.Wait();
                    return 0;
                },
                default);
            await begun.Task;
            return busy;
        }

        public void Release() => released.Set();

        public void Dispose()
        {
            Release();
            job.Wait();
            released.Dispose();
        }
    }

    private sealed class Clock : TimeProvider
    {
        private long now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Volatile.Read(ref now);

        public long Advance(TimeSpan by) => Interlocked.Add(ref now, by.Ticks);
    }
}
