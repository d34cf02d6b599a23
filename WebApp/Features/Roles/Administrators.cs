using Microsoft.EntityFrameworkCore;
using WebApp.Platform.Data;

namespace WebApp.Features.Roles;

/// <summary>Sees to it that somebody always has the role <c>admin</c> and can sign in.</summary>
public sealed class Administrators(TimeProvider clock)
{
    /// <summary>
    /// Waits until every other change of roles is done, and keeps the next ones waiting until the caller's transaction ends: of two administrators
    /// who demote each other at the same moment, the second finds that they are none any more.
    /// </summary>
    public static Task TakeTurnAsync(AppDbContext db, CancellationToken cancel) =>
        // Not FOR UPDATE, which would also keep new accounts with their role waiting.
        db.Database.ExecuteSqlAsync($"SELECT 1 FROM roles WHERE id = {Role.AdminId} FOR NO KEY UPDATE", cancel);

    /// <summary>
    /// Whether the user is the only administrator who can sign in. Whoever takes the role away, locks or deletes an account asks this in the
    /// transaction that does it; it takes the caller's turn.
    /// </summary>
    public async Task<bool> IsLastAsync(AppDbContext db, Guid userId, CancellationToken cancel)
    {
        await TakeTurnAsync(db, cancel);
        var now = clock.GetUtcNow();
        var administrators = db.UserRoles.Where(ur => ur.RoleId == Role.AdminId);
        return await administrators.AnyAsync(ur => ur.UserId == userId, cancel)
            && !await administrators.Where(ur => ur.UserId != userId).Join(db.Users, ur => ur.UserId, u => u.Id, (_, u) => u)
                .AnyAsync(u => u.EmailConfirmed && u.DeletionRequestedAt == null && (u.LockoutEnd == null || u.LockoutEnd <= now), cancel);
    }
}
