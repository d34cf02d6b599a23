using WebApp.Platform.Workers;

namespace WebApp.Features.Audit.Chain;

/// <summary>
/// Keeps the chain: seals what this node wrote within a moment, and what others left behind (a node that was killed, a long transaction)
/// within <see cref="Poll"/>; writes checkpoints.
/// </summary>
public sealed class AuditWorker(
    AuditSealing sealing, AuditCheckpoints checkpoints, AuditSignal signal, ILogger<AuditWorker> logger)
    : BackgroundService
{
    /// <summary>How long an event waits at most that no signal tells of.</summary>
    public static readonly TimeSpan Poll = TimeSpan.FromSeconds(2);

    // A signal comes before its commit; and what comes together is sealed together.
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(50);

    private string? lastFailure;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await WorkAsync(stoppingToken);
                lastFailure = null;
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                Tell(failure);
            }

            await signal.WaitAsync(Poll, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await Task.Delay(Gathering, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task WorkAsync(CancellationToken cancel)
    {
        await sealing.RunAsync(cancel);
        await checkpoints.WriteIfDueAsync(cancel);
    }

    // The same failure is told once, not every two seconds.
    private void Tell(Exception failure)
    {
        if (failure.Message == lastFailure)
        {
            return;
        }

        lastFailure = failure.Message;
        if (failure is AuditChainException)
        {
            logger.ChainBroken(failure.Message);
        }
        else
        {
            logger.SealingPutOff(failure.Message);
        }
    }
}

/// <summary>Wakes this node's <see cref="AuditWorker"/>: an event is about to be committed.</summary>
public sealed class AuditSignal() : WakeSignal(TimeProvider.System);
