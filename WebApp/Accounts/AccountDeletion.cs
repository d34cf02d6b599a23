using System.Globalization;
using Microsoft.EntityFrameworkCore;
using WebApp.Audit;
using WebApp.Data;
using WebApp.Hosting;
using WebApp.Protection;
using WebApp.Roles;
using WebApp.Sessions;
using WebApp.Tokens;
using WebApp.Verification;

namespace WebApp.Accounts;

/// <summary>Closes an account whose owner wants it deleted. It is erased <see cref="User.DeletionDelay"/> later, see <see cref="AccountErasure"/>.</summary>
public sealed class AccountDeletion(
    AppDbContext db,
    OneTimeSecrets secrets,
    SessionDirectory sessions,
    KnownDevices devices,
    Administrators administrators,
    CredentialNotices notices,
    AuditTrail audit,
    TimeProvider clock)
{
    /// <summary>Ends every session and token at once. Returns what is wrong with the confirmation, or null when it is done.</summary>
    public async Task<FieldError?> RequestAsync(Guid userId, string? confirmation, ClientInfo client, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var email = await db.Users.Where(u => u.Id == userId).Select(u => u.Email!).SingleAsync(cancel);
        if (!string.Equals(confirmation?.Trim(), email, StringComparison.OrdinalIgnoreCase))
        {
            return new(nameof(DataForm.Confirmation), "Type the address of this account to confirm.");
        }

        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        if (await administrators.IsLastAsync(db, userId, cancel))
        {
            return new("", "You are the last administrator. Make another one first, or nobody could run this place.");
        }

        await db.Users.Where(u => u.Id == userId).ExecuteUpdateAsync(set => set.SetProperty(u => u.DeletionRequestedAt, now), cancel);
        var version = await sessions.EndAllAsync(userId, EndReason.DeletionRequested, cancel);
        await devices.ForgetAllAsync(userId, cancel);
        await db.Set<ApiToken>().Where(t => t.UserId == userId && t.RevokedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(t => t.RevokedAt, now), cancel);
        await secrets.VoidAsync(db, userId, SecretPurpose.ChangeEmail, cancel);
        audit.Add(db, SecurityEventKind.DeletionRequested, client, userId);
        await notices.AddAsync(
            db,
            userId,
            email,
            "Your account will be deleted",
            string.Create(
                CultureInfo.InvariantCulture,
                $"Your account is closed and everything is signed out. On {now + User.DeletionDelay:d MMMM yyyy} it will be erased with all that belongs to it. Until then, signing in brings it back."),
            client,
            cancel);
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        sessions.ToldHere(userId, version);
        return null;
    }
}
