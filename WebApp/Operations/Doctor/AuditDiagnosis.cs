using Npgsql;
using WebApp.Features.Audit.Chain;

namespace WebApp.Operations.Doctor;

/// <summary>Looks whether the audit trail is being sealed.</summary>
public sealed class AuditDiagnosis(ChainOversight chain)
{
    /// <summary>What is to be said; nothing where the database cannot be asked, which is a finding of its own.</summary>
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
