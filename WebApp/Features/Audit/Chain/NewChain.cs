using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using WebApp.Platform.Data;
using WebApp.Platform.Http.Client;

namespace WebApp.Features.Audit.Chain;

/// <summary>
/// Begins a new chain if the row of <c>audit_chain</c> is damaged, which stops sealing for good. Events that were sealed before stay, and are verified with
/// the rest; the first event of the new chain contains the reason.
/// </summary>
public sealed class NewChain(IDbContextFactory<AppDbContext> contexts, AuditVerification verification, AuditMacs macs, AuditTrail audit)
{
    /// <summary>The maximum length of a reason.</summary>
    public const int MaxReasonLength = 200;

    // A person who can write to the table could use up all further numbers.
    private const long MaxSeq = long.MaxValue / 2;

    /// <summary>Begins it; null if nothing prevents the current chain from being sealed.</summary>
    /// <param name="reason">The operator's findings.</param>
    /// <param name="by">The user who begins it.</param>
    /// <param name="cancel">Cancels.</param>
    /// <returns>The first event of the new chain, and the state of the old one.</returns>
    public async Task<(ChainBeginning Beginning, AuditReport Before)?> BeginAsync(string reason, string by, CancellationToken cancel)
    {
        var before = await verification.RunAsync([], cancel);
        await using var db = await contexts.CreateDbContextAsync(cancel);
        db.Database.AllowLongStatements();
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var connection = (NpgsqlConnection)db.Database.GetDbConnection();
        var found = await AuditChainRow.FindAsync(connection, locked: true, cancel);
        if (await SealingObstacle.FindAsync(connection, found, macs, cancel) is not { } obstacle)
        {
            return null;
        }

        var ends = await FindEndsAsync(connection, obstacle == SealingObstacle.SetBack ? found : null, cancel);
        await UnsealAsync(connection, ends.HeadSeq, cancel);
        var why = string.Create(CultureInfo.InvariantCulture, $"{reason} ({obstacle} Event {ends.HeadSeq} was the last, {before.FaultCount} faults. Begun by {by})");
        audit.Add(db, SecurityEventKind.AuditChainBegun, new ClientInfo(null, null), detail: why);
        var first = db.ChangeTracker.Entries<SecurityEvent>().Single().Entity;
        await db.SaveChangesAsync(cancel);
        var seq = ends.HeadSeq + 1;
        var hash = macs.Beginning(ends.HeadHash, seq, first.Id, first.Mac);
        await db.SecurityEvents.Where(e => e.Id == first.Id).ExecuteUpdateAsync(set => set.SetProperty(e => e.Seq, seq).SetProperty(e => e.ChainHash, hash), cancel);
        var row = macs.Sealed(ends with { HeadSeq = seq, HeadHash = hash });
        if (found is not null)
        {
            await AuditChainRow.WriteAsync(connection, row, cancel);
        }
        else if (!await AuditChainRow.AddAsync(connection, row, cancel))
        {
            return null; // Another process did it first.
        }

        await transaction.CommitAsync(cancel);
        return (new(seq, first.At, first.Detail), before);
    }

    /// <summary>
    /// The ends of the stored events: from the first genuine event to the last. The anchor is kept if a genuine row names it; otherwise it is unknown what
    /// the first event built on.
    /// </summary>
    private async Task<AuditChain> FindEndsAsync(NpgsqlConnection connection, AuditChain? genuine, CancellationToken cancel)
    {
        long? first = null;
        var (last, lastHash) = (0L, new byte[AuditMacs.Size]);
        await using var select = new NpgsqlCommand($"SELECT {StoredEvent.Columns} FROM security_events WHERE seq > 0 AND seq <= {MaxSeq} ORDER BY seq", connection) { CommandTimeout = 0 };
        await using var row = await select.ExecuteReaderAsync(cancel);
        while (await row.ReadAsync(cancel))
        {
            var next = StoredEvent.Read(row);
            if (next.Fault(macs) is null && next.ChainHash is { } hash)
            {
                first ??= next.Seq!.Value;
                (last, lastHash) = (next.Seq!.Value, hash);
            }
        }

        var anchor = (first ?? 1) - 1;
        return genuine is not null && genuine.AnchorSeq == anchor
            ? genuine with { HeadSeq = last, HeadHash = lastHash }
            : new() { AnchorSeq = anchor, AnchorHash = new byte[AuditMacs.Size], HeadSeq = last, HeadHash = lastHash };
    }

    // Rows after the last genuine event are sealed again, after the beginning, so that their position shows when they were added.
    private static async Task UnsealAsync(NpgsqlConnection connection, long last, CancellationToken cancel)
    {
        await using var update = new NpgsqlCommand("UPDATE security_events SET seq = NULL, chain_hash = NULL WHERE seq > $1", connection)
        {
            CommandTimeout = 0,
            Parameters = { new() { Value = last } },
        };
        await update.ExecuteNonQueryAsync(cancel);
    }
}
