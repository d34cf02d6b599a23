using Microsoft.EntityFrameworkCore;
using WebApp.Platform.Data;
using WebApp.Platform.Users;

namespace WebApp.Features.Roles;

/// <summary>What somebody may do, read in the transaction of the change they are about to make.</summary>
internal sealed record HeldPermissions(bool IsAdministrator, IReadOnlySet<string> Names)
{
    /// <summary>Whether they may do all of this. An administrator may also what a newer version of the application has put into the table.</summary>
    public bool Cover(IEnumerable<string> permissions) => IsAdministrator || Names.IsSupersetOf(permissions);

    public static async Task<HeldPermissions> OfAsync(AppDbContext db, RoleActor actor, CancellationToken cancel)
    {
        if (actor.UserId == MasterAdministrator.Id)
        {
            return new(true, Permission.Names.ToHashSet());
        }

        var roles = await db.UserRoles.Where(ur => ur.UserId == actor.UserId).Select(ur => ur.RoleId).ToListAsync(cancel);
        var isAdministrator = roles.Contains(Role.AdminId);
        IEnumerable<string> held = isAdministrator
            ? Permission.Names
            : await db.RoleClaims.Where(c => roles.Contains(c.RoleId) && c.ClaimType == Permission.ClaimType).Select(c => c.ClaimValue!).ToListAsync(cancel);
        return actor.Scopes is { } scopes ? new(false, held.Intersect(scopes).ToHashSet()) : new(isAdministrator, held.ToHashSet());
    }
}
