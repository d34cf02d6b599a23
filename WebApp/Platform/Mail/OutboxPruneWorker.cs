using WebApp.Platform.Workers;

namespace WebApp.Platform.Mail;

/// <summary>Removes hourly, on one node, what the outbox has kept long enough.</summary>
public sealed class OutboxPruneWorker(OutboxPruning pruning, DueWorks due, TimeProvider clock, ILogger<OutboxPruneWorker> logger)
    : DueWorker("outbox", TimeSpan.FromHours(1), due, clock)
{
    /// <inheritdoc/>
    public override Task RunAsync(CancellationToken cancel) => pruning.PruneAsync(cancel);

    /// <inheritdoc/>
    protected override void PutOff(Exception failure) => logger.OutboxPruningPutOff(failure.Message);
}
