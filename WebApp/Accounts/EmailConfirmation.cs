using Microsoft.EntityFrameworkCore;
using WebApp.Audit;
using WebApp.Data;
using WebApp.Hosting;
using WebApp.Verification;

namespace WebApp.Accounts;

/// <summary>Confirms the address of a new account.</summary>
public sealed class EmailConfirmation(AppDbContext db, MailProofs proofs, OneTimeSecrets secrets, AuditTrail audit)
{
    /// <summary>True when the address is confirmed now; false when the proof is unknown, used or too old.</summary>
    public async Task<bool> ConfirmAsync(SecretProof proof, ClientInfo client, CancellationToken cancel)
    {
        if (await proofs.ProveAsync(SecretPurpose.ConfirmEmail, proof, client, cancel) is not { } secret)
        {
            return false;
        }

        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        if (!await secrets.SpendAsync(db, secret, cancel))
        {
            return false;
        }

        await db.Users.Where(u => u.Id == secret.UserId).ExecuteUpdateAsync(set => set.SetProperty(u => u.EmailConfirmed, true), cancel);
        audit.Add(db, SecurityEventKind.EmailConfirmed, client, secret.UserId);
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return true;
    }
}
