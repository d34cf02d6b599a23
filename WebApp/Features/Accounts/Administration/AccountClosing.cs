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
using WebApp.Platform.Users;

namespace WebApp.Features.Accounts.Administration;

/// <summary>Locks accounts and unlocks them.</summary>
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
            return new AdministrationResult.Conflict("This is the last administrator who can sign in. Make another one first.");
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
            AddMail(user, "Your account was unlocked", "Your account is open again. You can sign in as before.");
        }

        await db.Users.Where(u => u.Id == userId).ExecuteUpdateAsync(set => set.SetProperty(u => u.LockoutEnd, (DateTimeOffset?)null), cancel);
        accounts.Note(actor, userId, SecurityEventKind.AccountReopened, client);
        await ForgetGuessesAsync(user, cancel);
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        feed.ApplyHere(Topics.UserChanged, userId.ToString());
        return new AdministrationResult.Done();
    }

    private void AddMail(User user, string subject, string what) =>
        outbox.Add(db, user.Email!, AccountAdministeredMail.Compose(app.Value, subject, what, clock.GetUtcNow()), AccountAdministeredMail.Kind);

    private async Task ForgetGuessesAsync(User user, CancellationToken cancel)
    {
        var known = await devices.IdsAsync(user.Id, cancel);
        await SignInGuard.ForgetAsync(
            db, [SignInGuard.KeyOfAccount(keys.ForEmail(user.Email)), .. GuessPurpose.Keys(user.Id), .. known.SelectMany(GuessPurpose.KeysOfDevice)], cancel);
    }
}
