using System.Threading.Channels;

namespace WebApp.Platform.Workers;

/// <summary>Signals a worker of this node that there may be work.</summary>
public class WakeSignal(TimeProvider time)
{
    /// <summary>How long after the start a worker looks for earlier work, unless a signal comes: the first requests do not wait for it.</summary>
    public static readonly TimeSpan FirstLook = TimeSpan.FromSeconds(1);

    // Capacity one: many signals before the worker runs start one run, and a signal during a run is not lost.
    private readonly Channel<bool> wakes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Ends the worker's present or next wait. Never blocks.</summary>
    public void Wake() => wakes.Writer.TryWrite(true);

    /// <summary>Returns at the next <see cref="Wake"/>, or after <paramref name="atMost"/>.</summary>
    public async Task WaitAsync(TimeSpan atMost, CancellationToken cancel)
    {
        using var timeout = new CancellationTokenSource(atMost, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, timeout.Token);
        try
        {
            await wakes.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            // Timed out.
        }
    }
}
