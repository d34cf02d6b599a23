using WebApp.Platform.Workers;

namespace WebApp.Features.Audit.Chain;

/// <summary>
/// Maintains the chain: seals this node's events within a moment, and events left by others (a killed node, a long transaction) within <see cref="Poll"/>;
/// writes checkpoints.
/// </summary>
public sealed class AuditWorker(
    AuditSealing sealing, AuditCheckpoints checkpoints, AuditSignal signal, ILogger<AuditWorker> logger)
    : BackgroundService
{
    /// <summary>The longest time that an event without a signal waits.</summary>
    public static readonly TimeSpan Poll = TimeSpan.FromSeconds(2);

    // A signal comes before its commit; and events that come together are sealed together.
    private static readonly TimeSpan GatherDelay = TimeSpan.FromMilliseconds(50);

    private string? lastFailure;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await signal.WaitAsync(WakeSignal.FirstLook, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await WorkAsync(stoppingToken);
                lastFailure = null;
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                LogOnce(failure);
            }

            await signal.WaitAsync(Poll, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await Task.Delay(GatherDelay, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task WorkAsync(CancellationToken cancel)
    {
        await sealing.RunAsync(cancel);
        await checkpoints.WriteIfDueAsync(cancel);
    }

    // The same failure is logged once, not every two seconds.
    private void LogOnce(Exception failure)
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

/// <summary>Signals this node's <see cref="AuditWorker"/> that an event is about to be committed.</summary>
public sealed class AuditSignal() : WakeSignal(TimeProvider.System);
