using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WebApp.Features.Audit;
using WebApp.Features.Credentials;
using WebApp.Features.Lockout;
using WebApp.Features.Roles;
using WebApp.Features.Sessions;
using WebApp.Platform.Changes;
using WebApp.Platform.Data;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Mail;
using WebApp.Platform.Mail.Messages;
using WebApp.Platform.Startup;
using WebApp.Platform.Text;
using WebApp.Platform.Users;

namespace WebApp.Features.Accounts.Administration;

/// <summary>Locks and unlocks accounts, deletes them, and confirms their addresses.</summary>
public sealed class AccountClosing(
    AppDbContext db,
    AdministeredAccounts accounts,
    Administrators administrators,
    CredentialChanges changes,
    KnownDevices devices,
    AccountKeys keys,
    Outbox outbox,
    ChangeFeed feed,
    IOptions<AppOptions> app,
    TimeProvider clock)
{
    // Until an administrator unlocks it; not infinity, which would be a special case in every comparison.
    private const int Years = 100;

    /// <summary>Locks an account: all sessions end and nobody can sign in, until <see cref="UnlockAsync"/>.</summary>
    public Task<AdministrationResult> LockAsync(RoleActor actor, Guid userId, ClientInfo client, CancellationToken cancel) =>
        db.RetryAsync(() => LockOnceAsync(actor, userId, client, cancel));

    private async Task<AdministrationResult> LockOnceAsync(RoleActor actor, Guid userId, ClientInfo client, CancellationToken cancel)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var (user, obstacle) = await accounts.FindAsync(actor, userId, Permission.UsersWrite, cancel);
        if (user is null)
        {
            return obstacle!;
        }

        var now = clock.GetUtcNow();
        if (user.IsDisabled(now))
        {
            return new AdministrationResult.Done();
        }

        if (await administrators.IsLastAsync(db, userId, cancel))
        {
            return new AdministrationResult.Conflict(T("This is the last administrator who can sign in. Add another one first."));
        }

        await db.Users.Where(u => u.Id == userId).ExecuteUpdateAsync(set => set.SetProperty(u => u.LockoutEnd, now.AddYears(Years)), cancel);
        accounts.NoteAtActor(actor, SecurityEventKind.AccountClosed, client);
        await changes.CommitAsync(transaction, CredentialChange.AccountClosed, user, keep: null, ClientInfo.By(actor.UserId), cancel);
        return new AdministrationResult.Done();
    }

    /// <summary>Unlocks it, and deletes the counts of wrong passwords and codes that blocked its sign-in.</summary>
    public Task<AdministrationResult> UnlockAsync(RoleActor actor, Guid userId, ClientInfo client, CancellationToken cancel) =>
        db.RetryAsync(() => UnlockOnceAsync(actor, userId, client, cancel));

    private async Task<AdministrationResult> UnlockOnceAsync(RoleActor actor, Guid userId, ClientInfo client, CancellationToken cancel)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var (user, obstacle) = await accounts.FindAsync(actor, userId, Permission.UsersWrite, cancel);
        if (user is null)
        {
            return obstacle!;
        }

        if (user.IsDisabled(clock.GetUtcNow()))
        {
            AddUnlockedMail(user);
        }

        await db.Users.Where(u => u.Id == userId).ExecuteUpdateAsync(set => set.SetProperty(u => u.LockoutEnd, (DateTimeOffset?)null), cancel);
        accounts.Note(actor, userId, SecurityEventKind.AccountReopened, client);
        await ForgetGuessesAsync(user, cancel);
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        feed.ApplyHere(Topics.UserChanged, userId.ToString());
        return new AdministrationResult.Done();
    }

    /// <summary>
    /// Deletes an account: it is closed at once, and erased after <see cref="User.DeletionDelay"/>. It is locked as well, so its owner cannot restore it by a
    /// sign-in before an administrator unlocks it.
    /// </summary>
    public Task<AdministrationResult> DeleteAsync(RoleActor actor, Guid userId, ClientInfo client, CancellationToken cancel) =>
        db.RetryAsync(() => DeleteOnceAsync(actor, userId, client, cancel));

    private async Task<AdministrationResult> DeleteOnceAsync(RoleActor actor, Guid userId, ClientInfo client, CancellationToken cancel)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var (user, obstacle) = await accounts.FindAsync(actor, userId, Permission.UsersWrite, cancel);
        if (user is null)
        {
            return obstacle!;
        }

        var now = clock.GetUtcNow();
        if (user.IsDisabled(now) && user.DeletionRequestedAt is not null)
        {
            return new AdministrationResult.Done();
        }

        if (await administrators.IsLastAsync(db, userId, cancel))
        {
            return new AdministrationResult.Conflict(T("This is the last administrator who can sign in. Add another one first."));
        }

        var requested = user.DeletionRequestedAt ?? now;
        await db.Users.Where(u => u.Id == userId).ExecuteUpdateAsync(
            set => set.SetProperty(u => u.LockoutEnd, now.AddYears(Years)).SetProperty(u => u.DeletionRequestedAt, requested), cancel);
        accounts.NoteAtActor(actor, SecurityEventKind.DeletionRequested, client);
        using var language = Language.UseForOther(user.Language);
        var date = (requested + User.DeletionDelay).ToString(T("d MMMM yyyy"), Language.Current.Culture);
        await changes.CommitAsync(transaction, CredentialChange.DeletedByAdministrator, user, keep: null, ClientInfo.By(actor.UserId), cancel, about: date);
        return new AdministrationResult.Done();
    }

    /// <summary>Confirms the address of an account: the administrator knows that it is its owner's. Does nothing if it is confirmed.</summary>
    public Task<AdministrationResult> ConfirmEmailAsync(RoleActor actor, Guid userId, ClientInfo client, CancellationToken cancel) =>
        db.RetryAsync(() => ConfirmEmailOnceAsync(actor, userId, client, cancel));

    private async Task<AdministrationResult> ConfirmEmailOnceAsync(RoleActor actor, Guid userId, ClientInfo client, CancellationToken cancel)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var (user, obstacle) = await accounts.FindAsync(actor, userId, Permission.UsersWrite, cancel);
        if (user is null)
        {
            return obstacle!;
        }

        if (user.EmailConfirmed)
        {
            return new AdministrationResult.Done();
        }

        await db.Users.Where(u => u.Id == userId).ExecuteUpdateAsync(set => set.SetProperty(u => u.EmailConfirmed, true), cancel);
        accounts.Note(actor, userId, SecurityEventKind.EmailConfirmed, client, "by an administrator");
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        feed.ApplyHere(Topics.UserChanged, userId.ToString());
        return new AdministrationResult.Done();
    }

    private void AddUnlockedMail(User user)
    {
        using var language = Language.UseForOther(user.Language);
        var mail = AccountAdministeredMail.Compose(app.Value, T("Your account was unlocked"), T("Your account is open again. You can sign in as before."), clock.GetUtcNow());
        outbox.Add(db, user.Email!, mail, AccountAdministeredMail.Kind);
    }

    private async Task ForgetGuessesAsync(User user, CancellationToken cancel)
    {
        var known = await devices.IdsAsync(user.Id, cancel);
        await SignInGuard.ForgetAsync(
            db, [SignInGuard.KeyOfAccount(keys.ForEmail(user.Email)), .. GuessPurpose.Keys(user.Id), .. known.SelectMany(GuessPurpose.KeysOfDevice)], cancel);
    }
}
