namespace WebApp.Features.Audit.Chain;

/// <summary>Tells this node's <see cref="AuditWorker"/> that an event is about to be committed.</summary>
public sealed class AuditSignal : IDisposable
{
    private readonly SemaphoreSlim gate = new(0);
    private int awake;

    /// <summary>Wakes the worker, or spares it its next wait. Never blocks; many wakes before a look are one look.</summary>
    public void Wake()
    {
        if (Interlocked.Exchange(ref awake, 1) == 0)
        {
            gate.Release();
        }
    }

    /// <summary>Returns at the next <see cref="Wake"/>, or after <paramref name="atMost"/>.</summary>
    public async Task WaitAsync(TimeSpan atMost, CancellationToken cancel)
    {
        await gate.WaitAsync(atMost, cancel);
        Volatile.Write(ref awake, 0);
    }

    /// <inheritdoc/>
    public void Dispose() => gate.Dispose();
}
