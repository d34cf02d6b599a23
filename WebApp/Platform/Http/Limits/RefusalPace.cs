namespace WebApp.Platform.Http.Limits;

/// <summary>
/// Delays refusals during a flood: beyond <see cref="PerSecond"/> per second, each is delayed by <see cref="Hold"/>. A client that
/// repeats a request as soon as it is refused, as floods do, then sends far fewer requests, which leaves processor time for others
/// (docs/performance.md). A delay blocks no thread, and at most <see cref="MaxHeld"/> requests are delayed at once.
/// </summary>
public sealed class RefusalPace(TimeProvider clock)
{
    /// <summary>How many refusals per second are sent without delay.</summary>
    public const int PerSecond = 100;

    /// <summary>How many refusals are delayed at most; any more are sent without delay.</summary>
    public const int MaxHeld = 1000;

    /// <summary>The delay of each.</summary>
    public static readonly TimeSpan Hold = TimeSpan.FromSeconds(1);

    private readonly long second = clock.TimestampFrequency;
    private long full = clock.GetTimestamp();
    private int held;

    /// <summary>Completes when the refusal may be sent, or when the request is aborted.</summary>
    public async ValueTask WaitAsync(CancellationToken aborted)
    {
        if (IsWithinPace())
        {
            return;
        }

        try
        {
            if (Interlocked.Increment(ref held) > MaxHeld)
            {
                return;
            }

            await Task.Delay(Hold, clock, aborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        finally
        {
            Interlocked.Decrement(ref held);
        }
    }

    // The same algorithm as in IpBudgets: a budget for the refusals of one second, refilled evenly.
    private bool IsWithinPace()
    {
        while (true)
        {
            var now = clock.GetTimestamp();
            var was = Volatile.Read(ref full);
            var next = Math.Max(was, now) + second / PerSecond;
            if (next - now > second)
            {
                return false;
            }

            if (Interlocked.CompareExchange(ref full, next, was) == was)
            {
                return true;
            }
        }
    }
}
