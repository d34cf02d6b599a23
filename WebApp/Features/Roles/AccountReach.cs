using Microsoft.EntityFrameworkCore;
using WebApp.Platform.Data;
using WebApp.Platform.Users;

namespace WebApp.Features.Roles;

/// <summary>A user's permissions, read in the transaction of the change they are about to make.</summary>
internal sealed record HeldPermissions(bool IsAdministrator, IReadOnlySet<string> Names)
{
    /// <summary>Whether the user has all of these permissions. Administrators also have those that a newer version of the application stored.</summary>
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

/// <summary>
/// The rule on who may act on whom: nobody may act on an account with more permissions than their own, otherwise a helper could take over an administrator
/// or sign them out. Every administrative action checks this, in its own transaction: actions on an account (<c>AdministeredAccounts</c>), roles given,
/// removed, changed and deleted, and other users' groups.
/// </summary>
public static class AccountReach
{
    /// <summary>The message for an account with more permissions.</summary>
    public static string Beyond => T("This account has permissions that you do not have.");

    /// <summary>Whether an actor has all of these permissions, and so may give them.</summary>
    public static async Task<bool> CoversAsync(AppDbContext db, RoleActor actor, IEnumerable<string> permissions, CancellationToken cancel) =>
        (await HeldPermissions.OfAsync(db, actor, cancel)).Cover(permissions);

    /// <summary>Whether one of these accounts has a permission that the actor does not have. Only administrators may act on administrators.</summary>
    public static async Task<bool> IsBeyondAsync(AppDbContext db, RoleActor actor, IQueryable<Guid> accounts, CancellationToken cancel) =>
        await IsBeyondAsync(db, await HeldPermissions.OfAsync(db, actor, cancel), accounts, cancel);

    /// <inheritdoc cref="IsBeyondAsync(AppDbContext, RoleActor, IQueryable{Guid}, CancellationToken)"/>
    internal static async Task<bool> IsBeyondAsync(AppDbContext db, HeldPermissions held, IQueryable<Guid> accounts, CancellationToken cancel)
    {
        if (held.IsAdministrator)
        {
            return false;
        }

        string[] names = [.. held.Names];
        return await db.UserRoles.Where(ur => accounts.Contains(ur.UserId)).AnyAsync(
            ur => ur.RoleId == Role.AdminId
                || db.RoleClaims.Any(c => c.RoleId == ur.RoleId && c.ClaimType == Permission.ClaimType && !names.Contains(c.ClaimValue!)),
            cancel);
    }
}
