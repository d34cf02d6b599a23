namespace WebApp.Features.Passwords;

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
