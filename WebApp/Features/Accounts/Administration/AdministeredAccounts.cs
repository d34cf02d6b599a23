using Microsoft.EntityFrameworkCore;
using WebApp.Features.Audit;
using WebApp.Features.Roles;
using WebApp.Features.Sessions;
using WebApp.Platform.Changes;
using WebApp.Platform.Data;
using WebApp.Platform.Http;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Users;

namespace WebApp.Features.Accounts.Administration;

/// <summary>
/// The common rules for actions on another user's account: the actor must have at least the permissions of its owner (<see cref="AccountReach"/>); nobody
/// acts on themselves here; and the event is recorded for both.
/// </summary>
public sealed class AdministeredAccounts(AppDbContext db, AuditTrail audit)
{
    /// <summary>
    /// The account, locked in the caller's transaction, which also blocks other changes of roles until it ends; or the reason why the actor may not act on
    /// it.
    /// </summary>
    public async Task<(User? User, AdministrationResult? Obstacle)> FindAsync(RoleActor actor, Guid userId, string permission, CancellationToken cancel)
    {
        await Administrators.LockAsync(db, cancel);
        if (await AccountLock.TakeAsync(db, userId, cancel) is not { } user)
        {
            return (null, new AdministrationResult.NotFound());
        }

        var held = await HeldPermissions.OfAsync(db, actor, cancel);
        return !held.Cover([permission]) ? (null, new AdministrationResult.Forbidden(T("You are not allowed to do this.")))
            : actor.UserId == userId ? (null, new AdministrationResult.Conflict(T("This is your own account. Change it on its own pages.")))
            : await AccountReach.IsBeyondAsync(db, held, db.Users.Where(u => u.Id == userId).Select(u => u.Id), cancel)
                ? (null, new AdministrationResult.Forbidden(AccountReach.Beyond))
                : (user, null);
    }

    /// <summary>Records the event for the account, with the actor, and for the actor, with their client. The caller saves.</summary>
    public void Note(RoleActor actor, Guid userId, string kind, ClientInfo client, string? detail = null)
    {
        audit.Add(db, kind, ClientInfo.By(actor.UserId), userId, detail: detail);
        NoteAtActor(actor, kind, client);
    }

    /// <summary>Records the event for the actor only, if the account's own event is recorded already. The caller saves.</summary>
    public void NoteAtActor(RoleActor actor, string kind, ClientInfo client)
    {
        audit.Add(db, SecurityEventKind.AccountAdministered, client, actor.UserId, actor.SessionId, kind);
    }
}

/// <summary>The result of an administrator's action on an account.</summary>
public abstract record AdministrationResult
{
    private AdministrationResult()
    {
    }

    /// <summary>The action was done.</summary>
    public sealed record Done : AdministrationResult;

    /// <summary>There is no such account.</summary>
    public sealed record NotFound : AdministrationResult;

    /// <summary>The account has more permissions than the actor; nothing was done.</summary>
    public sealed record Forbidden(string Reason) : AdministrationResult;

    /// <summary>Not possible in the account's current state; nothing was done.</summary>
    public sealed record Conflict(string Reason) : AdministrationResult;

    /// <summary>A field is wrong; nothing was done.</summary>
    public sealed record Invalid(IReadOnlyList<FieldError> Errors) : AdministrationResult;
}

/// <summary>Changes a user's display name, for administrators.</summary>
public sealed class AdminRenaming(AppDbContext db, AdministeredAccounts accounts, ChangeFeed feed)
{
    /// <summary>Changes or removes the display name.</summary>
    public Task<AdministrationResult> RenameAsync(RoleActor actor, Guid userId, string? displayName, ClientInfo client, CancellationToken cancel) =>
        db.RetryAsync(() => RenameOnceAsync(actor, userId, displayName, client, cancel));

    private async Task<AdministrationResult> RenameOnceAsync(RoleActor actor, Guid userId, string? displayName, ClientInfo client, CancellationToken cancel)
    {
        var name = DisplayName.Clean(displayName);
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var (user, obstacle) = await accounts.FindAsync(actor, userId, Permission.UsersWrite, cancel);
        if (user is null)
        {
            return obstacle!;
        }

        if (DisplayName.Check(name) is { } error)
        {
            return new AdministrationResult.Invalid([error]);
        }

        await db.Users.Where(u => u.Id == userId).ExecuteUpdateAsync(set => set.SetProperty(u => u.DisplayName, name), cancel);
        accounts.Note(actor, userId, SecurityEventKind.NameChanged, client);
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        feed.ApplyHere(Topics.UserChanged, userId.ToString());
        return new AdministrationResult.Done();
    }
}
