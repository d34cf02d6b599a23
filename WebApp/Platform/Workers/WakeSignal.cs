using System.Threading.Channels;

namespace WebApp.Platform.Workers;

/// <summary>Wakes a worker of this node when there may be work for it.</summary>
public class WakeSignal(TimeProvider time)
{
    // Room for one: many wakes before a look are one look, and a wake during a look is not lost.
    private readonly Channel<bool> wakes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Wakes the worker now, or spares it its next wait. Never blocks.</summary>
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
            // The time is over.
        }
    }
}
