using WebApp.Platform.Data;
using WebApp.Tests.Support;

namespace WebApp.Tests.Platform.Data;

[NonParallelizable] // The pool is the process's.
public sealed class BlockedThreadsTests
{
    private const int Blocked = 40;

    [Test]
    public async Task The_pool_may_use_more_threads_at_once_while_all_that_it_has_are_blocked()
    {
        BlockedThreads.Watch(Blocked);
        using var release = new ManualResetEventSlim();
        var begun = 0;
        var work = Enumerable.Range(0, Blocked).Select(_ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).ToArray();
        foreach (var item in work)
        {
            ThreadPool.UnsafeQueueUserWorkItem(
                _ =>
                {
                    Interlocked.Increment(ref begun);
                    release.Wait();
                    item.SetResult();
                },
                null);
        }

        try
        {
            await Patience.UntilAsync(() =>
            {
                ThreadPool.GetMinThreads(out var least, out _);
                return Task.FromResult(Volatile.Read(ref begun) == Blocked && least >= Environment.ProcessorCount + Blocked);
            });
        }
        finally
        {
            release.Set();
            await Task.WhenAll(work.Select(item => item.Task));
        }
    }
}
