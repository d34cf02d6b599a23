using Microsoft.EntityFrameworkCore;
using WebApp.Data;
using WebApp.Groups;
using WebApp.Mail;
using WebApp.Tokens;

namespace WebApp.Accounts;

/// <summary>Moves an account to an address whose mailbox has just been shown to be its owner's.</summary>
internal static class AddressMove
{
    /// <summary>
    /// Sets the address of a tracked user, in the caller's transaction. False where another account has it that does not give way. One that never
    /// confirmed it does, if nothing is in it: it was made by somebody who does not read that mailbox.
    /// </summary>
    public static async Task<bool> ToAsync(AppDbContext db, User user, string address, CancellationToken cancel)
    {
        var normalized = EmailAddress.Normalize(address);
        await GivingWay(db).Where(u => u.NormalizedEmail == normalized && u.Id != user.Id).ExecuteDeleteAsync(cancel);
        if (await db.Users.AnyAsync(u => u.NormalizedEmail == normalized && u.Id != user.Id, cancel))
        {
            return false;
        }

        (user.Email, user.NormalizedEmail, user.UserName, user.NormalizedUserName) = (address, normalized, address, normalized);
        user.EmailConfirmed = true;
        return true;
    }

    /// <summary>Whether an account has an address that does not give way.</summary>
    public static Task<bool> IsTakenAsync(AppDbContext db, string address, CancellationToken cancel)
    {
        var (normalized, giving) = (EmailAddress.Normalize(address), GivingWay(db));
        return db.Users.AnyAsync(u => u.NormalizedEmail == normalized && !giving.Any(other => other.Id == u.Id), cancel);
    }

    /// <summary>
    /// Accounts that may be deleted for the sake of their address: unconfirmed, and without anything that somebody gave them or that they made.
    /// An imported account with roles, say, is somebody's, though its address was never confirmed here.
    /// </summary>
    private static IQueryable<User> GivingWay(AppDbContext db) => db.Users.Where(u => !u.EmailConfirmed
        && !db.UserRoles.Any(ur => ur.UserId == u.Id && ur.RoleId != Role.UserId)
        && !db.UserClaims.Any(claim => claim.UserId == u.Id)
        && !db.UserLogins.Any(login => login.UserId == u.Id)
        && !db.UserPasskeys.Any(passkey => passkey.UserId == u.Id)
        && !db.Set<GroupMember>().Any(member => member.UserId == u.Id)
        && !db.Set<ApiToken>().Any(token => token.UserId == u.Id));
}
