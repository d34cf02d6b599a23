using Microsoft.EntityFrameworkCore;
using WebApp.Audit;
using WebApp.Data;
using WebApp.Mail;
using WebApp.Hosting;
using WebApp.Verification;

namespace WebApp.Accounts;

/// <summary>Judges mailed links and codes, and writes down those it refuses.</summary>
public sealed class MailProofs(AppDbContext db, OneTimeSecrets secrets, AuditTrail audit)
{
    /// <summary>Whose live secret the proof is of; null when of none. Nothing is spent, but a code counts as tried, right or wrong.</summary>
    public async Task<ProvenSecret?> ProveAsync(string purpose, SecretProof proof, ClientInfo client, CancellationToken cancel)
    {
        if (await secrets.ProveAsync(db, purpose, proof, cancel) is { } proven)
        {
            return proven;
        }

        // A link that is none of ours is nobody's; a code is of the account it was typed for, if there is one.
        var normalized = proof is SecretProof.ByCode(var email, _) ? EmailAddress.Normalize(email.Trim()) : "";
        var userId = await db.Users.Where(u => u.NormalizedEmail == normalized).Select(u => (Guid?)u.Id).SingleOrDefaultAsync(cancel);
        audit.Add(db, SecurityEventKind.MailProofFailed, client, userId, detail: purpose);
        await db.SaveChangesAsync(cancel);
        return null;
    }
}
