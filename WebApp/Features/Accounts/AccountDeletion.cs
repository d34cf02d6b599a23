using System.Globalization;
using Microsoft.EntityFrameworkCore;
using WebApp.Features.Credentials;
using WebApp.Features.Roles;
using WebApp.Features.Sessions;
using WebApp.Platform.Data;
using WebApp.Platform.Http;
using WebApp.Platform.Http.Client;

namespace WebApp.Features.Accounts;

/// <summary>Closes an account whose owner wants it deleted. It is erased <see cref="User.DeletionDelay"/> later, see <see cref="AccountErasure"/>.</summary>
public sealed class AccountDeletion(
    AppDbContext db,
    CredentialChanges changes,
    Administrators administrators,
    TimeProvider clock)
{
    /// <summary>Ends every session and token at once. Returns what is wrong with the confirmation, or null when it is done.</summary>
    public Task<FieldError?> RequestAsync(Guid userId, Guid? sessionId, string? confirmation, ClientInfo client, CancellationToken cancel) =>
        db.RetryAsync(() => RequestOnceAsync(userId, sessionId, confirmation, client, cancel));

    private async Task<FieldError?> RequestOnceAsync(Guid userId, Guid? sessionId, string? confirmation, ClientInfo client, CancellationToken cancel)
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

        var user = await AccountLock.RequireSessionAsync(db, userId, sessionId, now, cancel);
        await db.Users.Where(u => u.Id == userId).ExecuteUpdateAsync(set => set.SetProperty(u => u.DeletionRequestedAt, now), cancel);
        var date = string.Create(CultureInfo.InvariantCulture, $"{now + User.DeletionDelay:d MMMM yyyy}");
        await changes.CommitAsync(transaction, CredentialChange.DeletionRequested, user, keep: null, client, cancel, about: date);
        return null;
    }
}
