using Microsoft.EntityFrameworkCore;
using WebApp.Data;
using WebApp.Mail;

namespace WebApp.Accounts;

/// <summary>Moves an account to an address whose mailbox has just been shown to be its owner's.</summary>
internal static class AddressMove
{
    /// <summary>
    /// Sets the address of a tracked user, in the caller's transaction. False where another account has it confirmed. One that never
    /// confirmed it gives way: it was made by somebody who does not read that mailbox.
    /// </summary>
    public static async Task<bool> ToAsync(AppDbContext db, User user, string address, CancellationToken cancel)
    {
        var normalized = EmailAddress.Normalize(address);
        await db.Users.Where(u => u.NormalizedEmail == normalized && u.Id != user.Id && !u.EmailConfirmed).ExecuteDeleteAsync(cancel);
        if (await db.Users.AnyAsync(u => u.NormalizedEmail == normalized && u.Id != user.Id, cancel))
        {
            return false;
        }

        (user.Email, user.NormalizedEmail, user.UserName, user.NormalizedUserName) = (address, normalized, address, normalized);
        user.EmailConfirmed = true;
        return true;
    }
}
