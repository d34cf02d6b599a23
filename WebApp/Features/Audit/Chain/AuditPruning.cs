using Microsoft.Extensions.Options;
using Npgsql;
using WebApp.Platform.Data;
using WebApp.Platform.Workers;

namespace WebApp.Features.Audit.Chain;

/// <summary>Removes the oldest events and moves the chain's anchor with them, in one transaction.</summary>
public sealed class AuditPruning(DirectDatabase database, AuditMacs macs, ILogger<AuditPruning> logger)
{
    private const int Batch = 5000;

    /// <summary>Removes events from before a time. Returns their number.</summary>
    /// <exception cref="AuditChainException">The chain's ends were changed by hand; nothing is removed.</exception>
    public async Task<long> RunAsync(DateTimeOffset before, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        var all = 0L;
        while (await CutAsync(connection, StoredTime.Microseconds(before), cancel) is > 0 and var removed)
        {
            all += removed;
        }

        if (all > 0)
        {
            logger.EventsPruned(all);
        }

        return all;
    }

    private async Task<int> CutAsync(NpgsqlConnection connection, long before, CancellationToken cancel)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (await AuditChainRow.FindAsync(connection, locked: true, cancel) is not { } found)
        {
            return 0;
        }

        var chain = found.Proven(macs);
        if (await FindCutAsync(connection, chain, before, cancel) is not { Seq: { } seq, ChainHash: { } hash })
        {
            return 0;
        }

        await using var delete = new NpgsqlCommand("DELETE FROM security_events WHERE seq <= $1", connection) { CommandTimeout = 0, Parameters = { new() { Value = seq } } };
        var removed = await delete.ExecuteNonQueryAsync(cancel);
        await AuditChainRow.WriteAsync(connection, macs.Sealed(chain with { AnchorSeq = seq, AnchorHash = hash }), cancel);
        await transaction.CommitAsync(cancel);
        return removed;
    }

    /// <summary>
    /// The last event to remove. Only an event that is genuine, in its position and old enough moves the cut: events whose time was changed by SQL are not
    /// removed. A faulty one is removed when a genuine one after it is old enough.
    /// </summary>
    private async Task<StoredEvent?> FindCutAsync(NpgsqlConnection connection, AuditChain chain, long before, CancellationToken cancel)
    {
        var walk = new ChainWalk(macs, chain);
        StoredEvent? cut = null;
        var (after, read, mayBeOld) = (chain.AnchorSeq, Batch, true);
        while (cut is null && mayBeOld && read == Batch)
        {
            read = 0;
            // A batch at a time: a reader that is closed early still receives all rows of its statement, here the whole trail.
            await using var select = new NpgsqlCommand(
                $"SELECT {StoredEvent.Columns} FROM security_events WHERE seq > $1 AND seq <= $2 ORDER BY seq LIMIT {Batch}", connection)
            {
                CommandTimeout = 0,
                Parameters = { new() { Value = after }, new() { Value = chain.HeadSeq } },
            };
            await using var row = await select.ExecuteReaderAsync(cancel);
            while (mayBeOld && await row.ReadAsync(cancel))
            {
                var next = StoredEvent.Read(row);
                (after, read) = (next.Seq!.Value, read + 1);
                if (walk.Next(next).Count > 0)
                {
                    continue;
                }

                mayBeOld = next.At < before;
                cut = mayBeOld ? next : cut;
            }
        }

        return cut;
    }
}

/// <summary>Removes, hourly and on one node, the events that are older than <c>Audit:KeepDays</c>.</summary>
public sealed class AuditPruneWorker(AuditPruning pruning, DueWorks due, IOptions<AuditOptions> options, TimeProvider clock, ILogger<AuditPruneWorker> logger)
    : DueWorker("audit", TimeSpan.FromHours(1), due, clock)
{
    private readonly TimeProvider clock = clock;

    /// <inheritdoc/>
    public override Task RunAsync(CancellationToken cancel) => pruning.RunAsync(clock.GetUtcNow().AddDays(-options.Value.KeepDays), cancel);

    /// <inheritdoc/>
    protected override void PutOff(Exception failure) => logger.EventPruningPutOff(failure.Message);
}
