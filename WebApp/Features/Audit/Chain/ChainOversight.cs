using Microsoft.EntityFrameworkCore;
using Npgsql;
using WebApp.Platform.Data;
using WebApp.Platform.Http.Client;

namespace WebApp.Features.Audit.Chain;

/// <summary>The chain as shown in the console. A verification and its result are an event, so that every node has it, and nobody can claim another result.</summary>
public sealed class ChainOversight(NpgsqlDataSource database, AuditVerification verification, AuditMacs macs, AuditTrail audit, IDbContextFactory<AppDbContext> contexts)
{
    private int running;

    /// <summary>The current state of the chain.</summary>
    public async Task<ChainStanding> ReadAsync(CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        var ends = await AuditChainRow.FindAsync(connection, locked: false, cancel);
        await using var count = new NpgsqlCommand("SELECT count(*) FROM security_events WHERE seq IS NULL", connection);
        var unsealed = (long)(await count.ExecuteScalarAsync(cancel))!;
        await using var db = await contexts.CreateDbContextAsync(cancel);
        var last = await db.SecurityEvents.AsNoTracking().Where(e => e.Kind == SecurityEventKind.AuditVerified || e.Kind == SecurityEventKind.AuditVerificationFailed)
            .OrderByDescending(e => e.Id).FirstOrDefaultAsync(cancel);
        return new(
            ends?.HeadSeq ?? 0, Convert.ToHexStringLower(ends?.HeadHash ?? []), ends?.AnchorSeq ?? 0, await SealingObstacle.FindAsync(connection, ends, macs, cancel), unsealed,
            last?.At, last?.Detail, last?.Kind == SecurityEventKind.AuditVerified);
    }

    /// <summary>Why nothing is sealed any more; null if there is no obstacle.</summary>
    public async Task<string?> ObstacleAsync(CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        return await SealingObstacle.FindAsync(connection, await AuditChainRow.FindAsync(connection, locked: false, cancel), macs, cancel);
    }

    /// <summary>Verifies the whole trail and records the result; null while this node is verifying already.</summary>
    public async Task<AuditReport?> VerifyAsync(Guid userId, Guid? sessionId, ClientInfo client, CancellationToken cancel)
    {
        if (Interlocked.Exchange(ref running, 1) == 1)
        {
            return null;
        }

        try
        {
            var report = await verification.RunAsync([], cancel);
            var kind = report.IsWhole ? SecurityEventKind.AuditVerified : SecurityEventKind.AuditVerificationFailed;
            await using var db = await contexts.CreateDbContextAsync(cancel);
            audit.Add(db, kind, client, userId, sessionId, report.IsWhole ? $"{report.Events} events, all genuine and in their place{(report.Beginnings.Count > 0 ? $", in {report.Beginnings.Count + 1} chains" : "")}" : $"{report.Events} events, {report.FaultCount} faults");
            await db.SaveChangesAsync(cancel);
            return report;
        }
        finally
        {
            Volatile.Write(ref running, 0);
        }
    }

    /// <summary>The fault of one event by itself; null if there is none. Only a verification of the whole trail checks its position.</summary>
    public async Task<string?> FaultOfAsync(Guid id, CancellationToken cancel)
    {
        await using var select = database.CreateCommand($"SELECT {StoredEvent.Columns} FROM security_events WHERE id = $1");
        select.Parameters.Add(new() { Value = id });
        await using var row = await select.ExecuteReaderAsync(cancel);
        return await row.ReadAsync(cancel) ? StoredEvent.Read(row).Fault(macs) : null;
    }
}

/// <summary>The current state of the chain.</summary>
/// <param name="Head">The newest sealed event's number; 0 if none is sealed.</param>
/// <param name="HeadHash">The hash of that event, in hexadecimal.</param>
/// <param name="Removed">The last number that retention removed; 0 if none.</param>
/// <param name="Obstacle">Why nothing is sealed any more; null if there is no obstacle.</param>
/// <param name="Unsealed">The number of events that are not sealed yet.</param>
/// <param name="VerifiedAt">When the whole trail was last verified in the console (UTC).</param>
/// <param name="Verdict">The result of that verification.</param>
/// <param name="WasWhole">Whether it found no faults.</param>
public sealed record ChainStanding(long Head, string HeadHash, long Removed, string? Obstacle, long Unsealed, DateTimeOffset? VerifiedAt, string? Verdict, bool WasWhole);
