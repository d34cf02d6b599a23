using Microsoft.EntityFrameworkCore;
using WebApp.Platform.Data;

namespace WebApp.Features.Roles;

/// <summary>Ensures that there is always a user with the role <c>admin</c> who can sign in.</summary>
public sealed class Administrators(TimeProvider clock)
{
    /// <summary>
    /// Waits until every other change of roles is done, and makes later ones wait until the caller's transaction ends: if two administrators remove each
    /// other's role concurrently, the second is no longer an administrator.
    /// </summary>
    public static Task LockAsync(AppDbContext db, CancellationToken cancel) =>
        // Not FOR UPDATE, which would also block new accounts with their role.
        db.Database.ExecuteSqlAsync($"SELECT 1 FROM roles WHERE id = {Role.AdminId} FOR NO KEY UPDATE", cancel);

    /// <summary>
    /// Whether the user is the only administrator who can sign in. Every transaction that removes the role, or locks or deletes an account, must check
    /// this; it also takes the lock of <see cref="LockAsync"/>.
    /// </summary>
    public async Task<bool> IsLastAsync(AppDbContext db, Guid userId, CancellationToken cancel)
    {
        await LockAsync(db, cancel);
        var now = clock.GetUtcNow();
        var administrators = db.UserRoles.Where(ur => ur.RoleId == Role.AdminId);
        return await administrators.AnyAsync(ur => ur.UserId == userId, cancel)
            && !await administrators.Where(ur => ur.UserId != userId).Join(db.Users, ur => ur.UserId, u => u.Id, (_, u) => u)
                .AnyAsync(u => u.EmailConfirmed && u.DeletionRequestedAt == null && (u.LockoutEnd == null || u.LockoutEnd <= now), cancel);
    }
}
