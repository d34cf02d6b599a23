using Microsoft.EntityFrameworkCore;
using WebApp.Platform.Data;
using WebApp.Platform.Mail;
using WebApp.Platform.Users;

namespace WebApp.Features.Accounts;

/// <summary>Moves an account to an address whose mailbox has just been shown to be its owner's.</summary>
internal static class AddressMove
{
    /// <summary>
    /// Sets the address of a tracked user, in the caller's transaction. False where another account has it, confirmed or not: one that was imported
    /// or made for a proxy's user is opened by a reset. What an earlier version left of an unfinished registration gives way.
    /// </summary>
    public static async Task<bool> ToAsync(AppDbContext db, User user, string address, CancellationToken cancel)
    {
        var normalized = EmailAddress.Normalize(address);
        if (normalized != user.NormalizedEmail)
        {
            await UnconfirmedAccounts.RemoveAbandonedAsync(db, normalized, cancel);
        }

        if (await db.Users.AnyAsync(u => u.NormalizedEmail == normalized && u.Id != user.Id, cancel))
        {
            return false;
        }

        (user.Email, user.NormalizedEmail, user.UserName, user.NormalizedUserName) = (address, normalized, address, normalized);
        user.EmailConfirmed = true;
        return true;
    }

    /// <summary>Whether an account has an address that does not give way.</summary>
    public static Task<bool> IsTakenAsync(AppDbContext db, string address, CancellationToken cancel) =>
        UnconfirmedAccounts.KeepsAsync(db, EmailAddress.Normalize(address), cancel);
}
