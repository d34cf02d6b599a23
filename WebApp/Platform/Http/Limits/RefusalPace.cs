namespace WebApp.Platform.Http.Limits;

/// <summary>
/// Gives refusals out no faster than a flood deserves: beyond <see cref="PerSecond"/> of them each is held back for <see cref="Hold"/>. Whoever
/// asks again as soon as they are refused, as floods do, is so slowed to a fraction, and the processors are left to others
/// (docs/performance.md). Holding takes no thread, and never more than <see cref="MaxHeld"/> requests.
/// </summary>
public sealed class RefusalPace(TimeProvider clock)
{
    /// <summary>How many a second go out at once.</summary>
    public const int PerSecond = 100;

    /// <summary>How many are held back at most; any more go out at once.</summary>
    public const int MaxHeld = 1000;

    /// <summary>How long each is held back.</summary>
    public static readonly TimeSpan Hold = TimeSpan.FromSeconds(1);

    private readonly long second = clock.TimestampFrequency;
    private long full = clock.GetTimestamp();
    private int held;

    /// <summary>Completes when the refusal may go out, or nobody waits for it any more.</summary>
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

    // As in IpBudgets: a budget of one second's refusals, refilled evenly.
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
