using Microsoft.EntityFrameworkCore;
using WebApp.Audit;
using WebApp.Data;
using WebApp.Data.Changes;
using WebApp.Hosting;
using WebApp.Sessions;

namespace WebApp.Roles;

/// <summary>Says who has which roles.</summary>
public sealed class RoleAssignment(
    AppDbContext db, RoleDirectory roles, Administrators administrators, SessionDirectory sessions, AuditTrail audit, ChangeFeed feed)
{
    /// <summary>
    /// Gives a user exactly these roles, and <c>user</c>, which everybody has. The actor must have all that the user may do already, and all that the
    /// roles allow which they give or take: a role that allows nothing still ends sessions when it is taken.
    /// A role taken away ends the user's sessions and raises the seed, so that no token goes on saying otherwise (docs/decisions/0006).
    /// </summary>
    public async Task<RoleResult> AssignAsync(RoleActor actor, Guid userId, IReadOnlyCollection<string> names, ClientInfo client, CancellationToken cancel)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        await Administrators.TakeTurnAsync(db, cancel);
        var all = await roles.ListAsync(cancel);
        if (names.Except(all.Select(role => role.Name)).FirstOrDefault() is { } unknown)
        {
            return new RoleResult.Invalid([new("Roles", $"There is no role {OneLine.Of(unknown, 50) ?? "without a name"}.")]);
        }

        if (!await db.Users.AnyAsync(u => u.Id == userId, cancel))
        {
            return new RoleResult.NotFound();
        }

        var had = (await db.UserRoles.Where(ur => ur.UserId == userId).Select(ur => ur.RoleId).ToListAsync(cancel)).ToHashSet();
        var wanted = all.Where(role => role.Id == Role.UserId || names.Contains(role.Name)).ToArray();
        var taken = all.Where(role => had.Contains(role.Id) && !wanted.Contains(role)).ToArray();
        RoleView[] given = [.. wanted.Where(role => !had.Contains(role.Id))];
        string[] now = [.. wanted.Select(role => role.Name).Order(StringComparer.Ordinal)];
        if (taken.Length + given.Length == 0)
        {
            return new RoleResult.Assigned(now);
        }

        if (await ObstacleAsync(actor, userId, [.. taken, .. given], taken, cancel) is { } obstacle)
        {
            return obstacle;
        }

        var version = await SaveAsync(actor, userId, given, taken, client, cancel);
        await transaction.CommitAsync(cancel);
        feed.TellHere(Topics.UserChanged, version is { } raised ? $"{userId} {raised}" : userId.ToString());
        return new RoleResult.Assigned(now);
    }

    private async Task<RoleResult?> ObstacleAsync(RoleActor actor, Guid userId, RoleView[] changed, RoleView[] taken, CancellationToken cancel)
    {
        var held = await HeldPermissions.OfAsync(db, actor, cancel);
        return RoleDirectory.Beyond(held, changed) is { } beyond ? beyond
            : await AccountReach.IsBeyondAsync(db, held, db.Users.Where(u => u.Id == userId).Select(u => u.Id), cancel) ? new RoleResult.Forbidden(AccountReach.Beyond)
            : taken.Any(role => role.Id == Role.AdminId) && await administrators.IsLastAsync(db, userId, cancel)
                ? new RoleResult.Conflict("This is the last administrator who can sign in. Make another one first.")
                : null;
    }

    private async Task<int?> SaveAsync(RoleActor actor, Guid userId, RoleView[] given, RoleView[] taken, ClientInfo client, CancellationToken cancel)
    {
        Guid[] lost = [.. taken.Select(role => role.Id)];
        await db.UserRoles.Where(ur => ur.UserId == userId && lost.Contains(ur.RoleId)).ExecuteDeleteAsync(cancel);
        db.UserRoles.AddRange(given.Select(role => new Microsoft.AspNetCore.Identity.IdentityUserRole<Guid> { UserId = userId, RoleId = role.Id }));
        int? version = taken.Length > 0 ? await sessions.EndAllAsync(userId, EndReason.RolesChanged, cancel) : null;

        // The user reads that it happened; who did it, and from where, stands with the administrator.
        var what = string.Join(' ', given.Select(role => $"+{role.Name}").Concat(taken.Select(role => $"-{role.Name}")));
        audit.Add(db, SecurityEventKind.RolesChanged, actor.UserId == userId ? client : ClientInfo.By(actor.UserId), userId, detail: what);
        audit.Add(db, SecurityEventKind.RolesAssigned, client, actor.UserId, actor.SessionId, what);
        await db.SaveChangesAsync(cancel);
        return version;
    }
}
