using Microsoft.EntityFrameworkCore;
using Npgsql;
using WebApp.Platform.Data;
using WebApp.Platform.Http.Client;

namespace WebApp.Features.Audit.Chain;

/// <summary>The chain as the console sees it. That somebody verified it, and what came of it, is an event: so every node knows, and nobody can say it was well.</summary>
public sealed class ChainOversight(NpgsqlDataSource database, AuditVerification verification, AuditMacs macs, AuditTrail audit, IDbContextFactory<AppDbContext> contexts)
{
    private int running;

    /// <summary>Where it stands.</summary>
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

    /// <summary>Why nothing is sealed any more; null where nothing is in the way.</summary>
    public async Task<string?> ObstacleAsync(CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        return await SealingObstacle.FindAsync(connection, await AuditChainRow.FindAsync(connection, locked: false, cancel), macs, cancel);
    }

    /// <summary>Verifies the whole trail and notes what was found; null while this node is at it already.</summary>
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

    /// <summary>What is wrong with one event by itself; null where nothing is. Whether it is in its place only a verification of the whole tells.</summary>
    public async Task<string?> FaultOfAsync(Guid id, CancellationToken cancel)
    {
        await using var select = database.CreateCommand($"SELECT {StoredEvent.Columns} FROM security_events WHERE id = $1");
        select.Parameters.Add(new() { Value = id });
        await using var row = await select.ExecuteReaderAsync(cancel);
        return await row.ReadAsync(cancel) ? StoredEvent.Read(row).Fault(macs) : null;
    }
}

/// <summary>Where the chain stands.</summary>
/// <param name="Head">The newest sealed event's number; 0 where none is sealed.</param>
/// <param name="HeadHash">Its hash, in hexadecimal.</param>
/// <param name="Removed">The last number that retention removed; 0 where none was.</param>
/// <param name="Obstacle">Why nothing is sealed any more; null where nothing is in the way.</param>
/// <param name="Unsealed">How many events wait for their seal.</param>
/// <param name="VerifiedAt">When somebody last had the whole trail verified in the console (UTC).</param>
/// <param name="Verdict">What that found.</param>
/// <param name="WasWhole">Whether nothing was wrong.</param>
public sealed record ChainStanding(long Head, string HeadHash, long Removed, string? Obstacle, long Unsealed, DateTimeOffset? VerifiedAt, string? Verdict, bool WasWhole);
