using Npgsql;
using WebApp.Platform.Data;

namespace WebApp.Features.Audit.Chain;

/// <summary>
/// Adds committed events to the chain: each gets a number and a hash over the one before. One node at a time, with the lock of the chain's row. Every row
/// is sealed, a forged one too, so that its position shows when it was added. <see cref="AuditVerification"/> checks which rows are genuine.
/// </summary>
public sealed class AuditSealing(DirectDatabase database, AuditMacs macs, ILogger<AuditSealing> logger)
{
    private const int Batch = 1000;

    private bool known;

    /// <summary>Seals the committed events. Returns their number.</summary>
    /// <exception cref="AuditChainException">The chain's ends were changed by hand; nothing is sealed.</exception>
    public async Task<int> RunAsync(CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        var all = 0;
        while (!known || await IsAnyWaitingAsync(connection, cancel))
        {
            var sealedNow = await SealAsync(connection, cancel);
            known = true;
            all += sealedNow;
            if (sealedNow < Batch)
            {
                break;
            }
        }

        return all;
    }

    private static async Task<bool> IsAnyWaitingAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        await using var any = new NpgsqlCommand("SELECT EXISTS (SELECT 1 FROM security_events WHERE seq IS NULL)", connection);
        return (bool)(await any.ExecuteScalarAsync(cancel))!;
    }

    private async Task<int> SealAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var found = await AuditChainRow.FindAsync(connection, locked: true, cancel);
        if (await SealingObstacle.FindAsync(connection, found, macs, cancel) is { } obstacle)
        {
            throw new AuditChainException(obstacle);
        }

        var chain = found ?? await BeginAsync(connection, cancel);

        var (seq, hash) = (chain.HeadSeq, chain.HeadHash);
        List<Guid> ids = [];
        List<long> seqs = [];
        List<byte[]> hashes = [];
        // Rows that an erasure has locked are left for the next run: waiting for them could cause a deadlock.
        await using (var waiting = new NpgsqlCommand($"SELECT id, mac FROM security_events WHERE seq IS NULL ORDER BY id LIMIT {Batch} FOR UPDATE SKIP LOCKED", connection))
        await using (var row = await waiting.ExecuteReaderAsync(cancel))
        {
            while (await row.ReadAsync(cancel))
            {
                var id = row.GetGuid(0);
                hash = macs.Link(hash, ++seq, id, row.IsDBNull(1) ? null : row.GetFieldValue<byte[]>(1));
                ids.Add(id);
                seqs.Add(seq);
                hashes.Add(hash);
            }
        }

        if (ids.Count > 0)
        {
            await using var update = new NpgsqlCommand(
                "UPDATE security_events e SET seq = s.seq, chain_hash = s.hash FROM unnest($1, $2, $3) AS s (id, seq, hash) WHERE e.id = s.id", connection)
            {
                Parameters = { new() { Value = ids }, new() { Value = seqs }, new() { Value = hashes } },
            };
            await update.ExecuteNonQueryAsync(cancel);
            await AuditChainRow.WriteAsync(connection, macs.Sealed(chain with { HeadSeq = seq, HeadHash = hash }), cancel);
        }

        await transaction.CommitAsync(cancel);
        return ids.Count;
    }

    /// <summary>Begins the chain, and adds the older events as they are.</summary>
    private async Task<AuditChain> BeginAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        if (known)
        {
            throw new AuditChainException(SealingObstacle.Removed);
        }

        var chain = macs.Sealed(new() { AnchorHash = new byte[AuditMacs.Size], HeadHash = new byte[AuditMacs.Size] });
        if (await AuditChainRow.AddAsync(connection, chain, cancel))
        {
            logger.ChainBegun(await AuditAdoption.RunAsync(connection, macs, cancel));
        }

        return (await AuditChainRow.FindAsync(connection, locked: true, cancel))!.Proven(macs);
    }
}
