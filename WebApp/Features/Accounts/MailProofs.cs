using Microsoft.EntityFrameworkCore;
using WebApp.Features.Audit;
using WebApp.Features.Lockout;
using WebApp.Features.Verification;
using WebApp.Platform.Data;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Mail;

namespace WebApp.Features.Accounts;

/// <summary>Judges mailed links and codes, and writes down those it refuses.</summary>
public sealed class MailProofs(AppDbContext db, OneTimeSecrets secrets, AnonymousEvents events)
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
        await events.AddAsync(db, SecurityEventKind.MailProofFailed, client, purpose, cancel, userId);
        await db.SaveChangesAsync(cancel);
        return null;
    }
}
