using Npgsql;

namespace WebApp.Features.Audit.Chain;

/// <summary>Why nothing can be sealed: the row of <c>audit_chain</c> is not as the application left it.</summary>
internal static class SealingObstacle
{
    /// <summary>The row is gone.</summary>
    public const string Removed = "The row of audit_chain was removed.";

    /// <summary>The row was not written by the application.</summary>
    public const string Altered = "The row of audit_chain was altered.";

    /// <summary>The row is an old one.</summary>
    public const string SetBack = "The row of audit_chain was set back: there are sealed events beyond the head it names.";

    /// <summary>The obstacle; null where there is none.</summary>
    /// <param name="connection">Where to look.</param>
    /// <param name="chain">The row as found; null where there is none.</param>
    /// <param name="macs">Prove the row.</param>
    /// <param name="cancel">Cancels.</param>
    public static async Task<string?> FindAsync(NpgsqlConnection connection, AuditChain? chain, AuditMacs macs, CancellationToken cancel) =>
        chain is null ? await LastAsync(connection, cancel) > 0 ? Removed : null
        : !AuditMacs.Same(macs.Ends(chain), chain.Mac) ? Altered
        : await LastAsync(connection, cancel) > chain.HeadSeq ? SetBack
        : null;

    private static async Task<long> LastAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        await using var last = new NpgsqlCommand("SELECT max(seq) FROM security_events", connection);
        return await last.ExecuteScalarAsync(cancel) as long? ?? 0;
    }
}
