using Microsoft.Extensions.Options;
using WebApp.Platform.Workers;

namespace WebApp.Features.Audit.Chain;

/// <summary>Removes hourly, on one node, the events that were kept for <c>Audit:KeepDays</c>.</summary>
public sealed class AuditPruneWorker(AuditPruning pruning, DueWorks due, IOptions<AuditOptions> options, TimeProvider clock, ILogger<AuditPruneWorker> logger)
    : DueWorker("audit", TimeSpan.FromHours(1), due, clock)
{
    private readonly TimeProvider clock = clock;

    /// <inheritdoc/>
    public override Task RunAsync(CancellationToken cancel) => pruning.RunAsync(clock.GetUtcNow().AddDays(-options.Value.KeepDays), cancel);

    /// <inheritdoc/>
    protected override void PutOff(Exception failure) => logger.EventPruningPutOff(failure.Message);
}
