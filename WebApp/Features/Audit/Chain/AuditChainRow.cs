using Npgsql;

namespace WebApp.Features.Audit.Chain;

/// <summary>Reads and writes the row of <c>audit_chain</c>.</summary>
internal static class AuditChainRow
{
    private const string Select = "SELECT anchor_seq, anchor_hash, head_seq, head_hash, mac FROM audit_chain WHERE id = 1";

    private const string Update = "UPDATE audit_chain SET anchor_seq = $1, anchor_hash = $2, head_seq = $3, head_hash = $4, mac = $5 WHERE id = 1";

    private const string Insert = "INSERT INTO audit_chain (id, anchor_seq, anchor_hash, head_seq, head_hash, mac) VALUES (1, $1, $2, $3, $4, $5) ON CONFLICT DO NOTHING";

    /// <summary>The row as it is found; null where there is none.</summary>
    public static async Task<AuditChain?> FindAsync(NpgsqlConnection connection, bool locked, CancellationToken cancel)
    {
        await using var select = new NpgsqlCommand(locked ? $"{Select} FOR UPDATE" : Select, connection);
        await using var row = await select.ExecuteReaderAsync(cancel);
        return !await row.ReadAsync(cancel) ? null : new()
        {
            AnchorSeq = row.GetInt64(0),
            AnchorHash = row.GetFieldValue<byte[]>(1),
            HeadSeq = row.GetInt64(2),
            HeadHash = row.GetFieldValue<byte[]>(3),
            Mac = row.GetFieldValue<byte[]>(4),
        };
    }

    /// <exception cref="AuditChainException">It was not written by the application.</exception>
    public static AuditChain Proven(this AuditChain chain, AuditMacs macs) =>
        AuditMacs.Same(macs.Ends(chain), chain.Mac) ? chain : throw new AuditChainException(SealingObstacle.Altered);

    public static Task WriteAsync(NpgsqlConnection connection, AuditChain chain, CancellationToken cancel) => ExecuteAsync(connection, Update, chain, cancel);

    /// <summary>False where another node was quicker.</summary>
    public static async Task<bool> AddAsync(NpgsqlConnection connection, AuditChain chain, CancellationToken cancel) =>
        await ExecuteAsync(connection, Insert, chain, cancel) == 1;

    private static async Task<int> ExecuteAsync(NpgsqlConnection connection, string sql, AuditChain chain, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(sql, connection)
        {
            Parameters = { new() { Value = chain.AnchorSeq }, new() { Value = chain.AnchorHash }, new() { Value = chain.HeadSeq }, new() { Value = chain.HeadHash }, new() { Value = chain.Mac } },
        };
        return await command.ExecuteNonQueryAsync(cancel);
    }
}

/// <summary>The chain's ends are not as the application left them: nothing is added or cut until somebody has looked.</summary>
public sealed class AuditChainException(string message) : Exception(message);
