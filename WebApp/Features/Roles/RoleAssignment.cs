using Microsoft.EntityFrameworkCore;
using WebApp.Features.Audit;
using WebApp.Features.Credentials;
using WebApp.Features.Sessions;
using WebApp.Platform.Changes;
using WebApp.Platform.Data;
using WebApp.Platform.Http;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Text;

namespace WebApp.Features.Roles;

/// <summary>Assigns roles to users.</summary>
public sealed class RoleAssignment(
    AppDbContext db, RoleDirectory roles, Administrators administrators, CredentialChanges changes, AuditTrail audit, ChangeFeed feed)
{
    /// <summary>
    /// Gives a user exactly these roles, and <c>user</c>, which everybody has. The actor must have all permissions that the user has already, and all
    /// permissions of the roles that are given or removed: even a role without permissions ends sessions when it is removed. Removing a role ends the
    /// user's sessions and raises the token version, so that no token still contains it (docs/decisions/0006).
    /// </summary>
    public Task<RoleResult> AssignAsync(RoleActor actor, Guid userId, IReadOnlyCollection<string> names, ClientInfo client, CancellationToken cancel) =>
        db.RetryAsync(() => AssignOnceAsync(actor, userId, names, client, cancel));

    private async Task<RoleResult> AssignOnceAsync(RoleActor actor, Guid userId, IReadOnlyCollection<string> names, ClientInfo client, CancellationToken cancel)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        await Administrators.LockAsync(db, cancel);
        var all = await roles.ListAsync(cancel, mostCounted: 0);
        if (names.Except(all.Select(role => role.Name)).FirstOrDefault() is { } unknown)
        {
            return new RoleResult.Invalid([new("Roles", T("There is no role {0}.", OneLine.Clean(unknown, 50) ?? T("without a name")))]);
        }

        if (await AccountLock.TakeAsync(db, userId, cancel) is not { } user)
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

        var ended = await SaveAsync(actor, user, given, taken, client, cancel);
        await transaction.CommitAsync(cancel);
        if (ended is not null)
        {
            changes.ApplyHere(ended);
        }

        feed.ApplyHere(Topics.UserChanged, userId.ToString());
        return new RoleResult.Assigned(now);
    }

    private async Task<RoleResult?> ObstacleAsync(RoleActor actor, Guid userId, RoleView[] changed, RoleView[] taken, CancellationToken cancel)
    {
        var held = await HeldPermissions.OfAsync(db, actor, cancel);
        return RoleDirectory.Beyond(held, changed) is { } beyond ? beyond
            : await AccountReach.IsBeyondAsync(db, held, db.Users.Where(u => u.Id == userId).Select(u => u.Id), cancel) ? new RoleResult.Forbidden(AccountReach.Beyond)
            : taken.Any(role => role.Id == Role.AdminId) && await administrators.IsLastAsync(db, userId, cancel)
                ? new RoleResult.Conflict(T("This is the last administrator who can sign in. Add another one first."))
                : null;
    }

    private async Task<EndedAccess?> SaveAsync(RoleActor actor, User user, RoleView[] given, RoleView[] taken, ClientInfo client, CancellationToken cancel)
    {
        Guid[] lost = [.. taken.Select(role => role.Id)];
        await db.UserRoles.Where(ur => ur.UserId == user.Id && lost.Contains(ur.RoleId)).ExecuteDeleteAsync(cancel);
        db.UserRoles.AddRange(given.Select(role => new Microsoft.AspNetCore.Identity.IdentityUserRole<Guid> { UserId = user.Id, RoleId = role.Id }));

        // The user sees that it happened; who did it, and from where, is recorded for the administrator.
        var what = string.Join(' ', given.Select(role => $"+{role.Name}").Concat(taken.Select(role => $"-{role.Name}")));
        var seen = actor.UserId == user.Id ? client : ClientInfo.By(actor.UserId);
        EndedAccess? ended = null;
        if (taken.Length > 0)
        {
            ended = await changes.ApplyAsync(CredentialChange.RolesTaken, user, keep: null, seen, cancel, what);
        }
        else
        {
            audit.Add(db, SecurityEventKind.RolesChanged, seen, user.Id, detail: what);
        }

        audit.Add(db, SecurityEventKind.RolesAssigned, client, actor.UserId, actor.SessionId, what);
        await db.SaveChangesAsync(cancel);
        return ended;
    }
}

/// <summary>The user who administers roles.</summary>
/// <param name="UserId">The user.</param>
/// <param name="SessionId">Their session; null for an API token.</param>
/// <param name="Scopes">The scopes of an API token; null if there is no such limit.</param>
public sealed record RoleActor(Guid UserId, Guid? SessionId, IReadOnlyCollection<string>? Scopes = null);

/// <summary>The result of a change of roles.</summary>
public abstract record RoleResult
{
    private RoleResult()
    {
    }

    /// <summary>The role was saved.</summary>
    public sealed record Saved(RoleView Role) : RoleResult;

    /// <summary>The role was deleted.</summary>
    public sealed record Deleted : RoleResult;

    /// <summary>The user's new roles, sorted.</summary>
    public sealed record Assigned(IReadOnlyList<string> Roles) : RoleResult;

    /// <summary>A field is wrong; nothing was done.</summary>
    public sealed record Invalid(IReadOnlyList<FieldError> Errors) : RoleResult;

    /// <summary>There is no such role or user.</summary>
    public sealed record NotFound : RoleResult;

    /// <summary>It would give or remove more permissions than the actor has; nothing was done.</summary>
    public sealed record Forbidden(string Reason) : RoleResult;

    /// <summary>Not possible in the current state; nothing was done.</summary>
    public sealed record Conflict(string Reason) : RoleResult;
}
