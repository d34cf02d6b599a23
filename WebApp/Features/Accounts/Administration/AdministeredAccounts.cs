using WebApp.Features.Audit;
using WebApp.Features.Roles;
using WebApp.Features.Sessions;
using WebApp.Platform.Data;
using WebApp.Platform.Http.Client;

namespace WebApp.Features.Accounts.Administration;

/// <summary>
/// What everything has in common that is done to somebody else's account: the actor may do as much as its owner at least
/// (<see cref="AccountReach"/>); nobody acts on themselves here; and the trail knows both.
/// </summary>
public sealed class AdministeredAccounts(AppDbContext db, AuditTrail audit)
{
    /// <summary>
    /// The account, locked in the caller's transaction, with every other change of roles waiting for its end; or why it is not the actor's to handle.
    /// </summary>
    public async Task<(User? User, AdministrationResult? Obstacle)> FindAsync(RoleActor actor, Guid userId, string permission, CancellationToken cancel)
    {
        await Administrators.TakeTurnAsync(db, cancel);
        if (await AccountLock.TakeAsync(db, userId, cancel) is not { } user)
        {
            return (null, new AdministrationResult.NotFound());
        }

        var held = await HeldPermissions.OfAsync(db, actor, cancel);
        return !held.Cover([permission]) ? (null, new AdministrationResult.Forbidden("You may not do that (any more)."))
            : actor.UserId == userId ? (null, new AdministrationResult.Conflict("This is your own account. Change it on its own pages."))
            : await AccountReach.IsBeyondAsync(db, held, db.Users.Where(u => u.Id == userId).Select(u => u.Id), cancel)
                ? (null, new AdministrationResult.Forbidden(AccountReach.Beyond))
                : (user, null);
    }

    /// <summary>Notes it at the account, with who did it, and at the actor, with from where. The caller saves.</summary>
    public void Note(RoleActor actor, Guid userId, string kind, ClientInfo client, string? detail = null)
    {
        audit.Add(db, kind, ClientInfo.By(actor.UserId), userId, detail: detail);
        NoteAtActor(actor, kind, client);
    }

    /// <summary>Notes it at the actor alone, where the account's own event is written already. The caller saves.</summary>
    public void NoteAtActor(RoleActor actor, string kind, ClientInfo client)
    {
        audit.Add(db, SecurityEventKind.AccountAdministered, client, actor.UserId, actor.SessionId, kind);
    }
}
