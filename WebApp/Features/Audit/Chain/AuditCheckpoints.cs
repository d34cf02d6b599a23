using Microsoft.Extensions.Options;
using WebApp.Platform.Data;

namespace WebApp.Features.Audit.Chain;

/// <summary>Takes checkpoints, and keeps them where the database's owner need not reach.</summary>
public sealed class AuditCheckpoints(DirectDatabase database, AuditMacs macs, IOptions<AuditOptions> options, TimeProvider clock, ILogger<AuditCheckpoints> logger)
{
    private DateTimeOffset nextAt;
    private long lastSeq;

    // A next time that is further off than the pause was set before the clock was.
    private bool IsEarly(DateTimeOffset now) => now < nextAt && nextAt - now <= TimeSpan.FromMinutes(options.Value.CheckpointMinutes);

    /// <summary>Where the chain stands now; null where nothing was sealed yet.</summary>
    /// <exception cref="AuditChainException">The row that tells was altered.</exception>
    public async Task<Checkpoint?> TakeAsync(CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        var chain = (await AuditChainRow.FindAsync(connection, locked: false, cancel))?.Proven(macs);
        return chain is { HeadSeq: > 0 } ? Checkpoint.Of(clock.GetUtcNow(), chain, macs) : null;
    }

    /// <summary>Appends a line to <c>Audit:CheckpointFile</c>, if one is set, the last is old enough, and the chain has grown.</summary>
    /// <exception cref="AuditChainException">The chain is shorter than it was.</exception>
    public async Task WriteIfDueAsync(CancellationToken cancel)
    {
        if (options.Value.CheckpointFile is not { Length: > 0 } file || clock.GetUtcNow() is var now && IsEarly(now) || await TakeAsync(cancel) is not { } checkpoint)
        {
            return;
        }

        if (checkpoint.Seq < lastSeq)
        {
            throw new AuditChainException($"The chain ends at event {checkpoint.Seq}, and this node has seen event {lastSeq}.");
        }

        if (checkpoint.Seq == lastSeq)
        {
            return;
        }

        try
        {
            await File.AppendAllTextAsync(file, $"{checkpoint}\n", cancel);
            (nextAt, lastSeq) = (now.AddMinutes(options.Value.CheckpointMinutes), checkpoint.Seq);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            nextAt = now.AddMinutes(1);
            logger.CheckpointPutOff(file, failure.Message);
        }
    }
}
