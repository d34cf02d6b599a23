using Npgsql;
using WebApp.Features.Audit.Chain;

namespace WebApp.Operations.Doctor;

/// <summary>Checks that the audit trail is being sealed.</summary>
public sealed class AuditDiagnosis(ChainOversight chain)
{
    /// <summary>The findings; none if the database is unreachable, which <see cref="DatabaseDiagnosis"/> reports.</summary>
    public async Task<IEnumerable<Finding>> LookAsync(CancellationToken cancel)
    {
        try
        {
            return
            [
                await chain.ObstacleAsync(cancel) is { } obstacle
                    ? new("audit_not_sealed", Severity.Fault, $"{obstacle} Events are written, and not sealed.", "WebApp audit verify, and once you know why: WebApp audit begin-new-chain --reason TEXT")
                    : Finding.Good("audit_chain", "The audit trail can be sealed."),
            ];
        }
        catch (NpgsqlException)
        {
            return [];
        }
    }
}
