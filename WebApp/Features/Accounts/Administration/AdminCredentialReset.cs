using Microsoft.Extensions.Options;
using WebApp.Features.Audit;
using WebApp.Features.Credentials;
using WebApp.Features.Lockout;
using WebApp.Features.Roles;
using WebApp.Features.SecondFactors;
using WebApp.Features.Verification;
using WebApp.Platform.Data;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Mail;
using WebApp.Platform.Mail.Messages;
using WebApp.Platform.Startup;
using WebApp.Platform.Text;
using WebApp.Platform.Users;

namespace WebApp.Features.Accounts.Administration;

/// <summary>
/// Helps users who lost a credential: removes lost factors, sends a reset link, ends sessions. No administrator chooses a password for a user (ASVS 6.4.6):
/// only the mailbox's owner does.
/// </summary>
public sealed class AdminCredentialReset(
    AppDbContext db,
    AdministeredAccounts accounts,
    SecondFactorService factors,
    CredentialChanges changes,
    OneTimeSecrets secrets,
    Outbox outbox,
    IOptions<AppOptions> app)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Removes every second factor, recovery code and passkey and ends all sessions; the password stays. The owner is notified by mail, with a recovery
    /// link.
    /// </summary>
    public Task<AdministrationResult> ResetFactorsAsync(RoleActor actor, Guid userId, ClientInfo client, CancellationToken cancel) =>
        db.RetryAsync(() => ResetFactorsOnceAsync(actor, userId, client, cancel));

    private async Task<AdministrationResult> ResetFactorsOnceAsync(RoleActor actor, Guid userId, ClientInfo client, CancellationToken cancel)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var (user, obstacle) = await accounts.FindAsync(actor, userId, Permission.UsersWrite, cancel);
        if (user is null)
        {
            return obstacle!;
        }

        await factors.RemoveAllAsync(userId, cancel);
        accounts.NoteAtActor(actor, SecurityEventKind.FactorsReset, client);
        await SignInGuard.ForgetAsync(db, GuessPurpose.Keys(userId), cancel);
        await changes.CommitAsync(transaction, CredentialChange.FactorsReset, user, keep: null, ClientInfo.By(actor.UserId), cancel);
        return new AdministrationResult.Done();
    }

    /// <summary>Mails the owner a link to choose a new password. At most one a minute; earlier links become void.</summary>
    public Task<AdministrationResult> SendPasswordResetAsync(RoleActor actor, Guid userId, ClientInfo client, CancellationToken cancel) =>
        db.RetryAsync(() => SendPasswordResetOnceAsync(actor, userId, client, cancel));

    private async Task<AdministrationResult> SendPasswordResetOnceAsync(RoleActor actor, Guid userId, ClientInfo client, CancellationToken cancel)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var (user, obstacle) = await accounts.FindAsync(actor, userId, Permission.UsersWrite, cancel);
        if (user is null)
        {
            return obstacle!;
        }

        if (await secrets.WasMadeWithinAsync(db, SecretPurpose.ResetPassword, userId, Pause, cancel))
        {
            return new AdministrationResult.Conflict(T("A link was sent less than a minute ago. It still works."));
        }

        var (token, code) = await secrets.AddAsync(db, SecretPurpose.ResetPassword, userId, TimeSpan.FromMinutes(PasswordReset.LinkMinutes), cancel);
        using var language = Language.UseForOther(user.Language);
        outbox.Add(db, user.Email!, ResetPasswordMail.Compose(app.Value, token, code, PasswordReset.LinkMinutes), ResetPasswordMail.Kind);
        accounts.Note(actor, userId, SecurityEventKind.PasswordResetSent, client);
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return new AdministrationResult.Done();
    }

    /// <summary>Ends every session and makes all earlier tokens invalid. API tokens are kept.</summary>
    public Task<AdministrationResult> EndSessionsAsync(RoleActor actor, Guid userId, ClientInfo client, CancellationToken cancel) =>
        db.RetryAsync(() => EndSessionsOnceAsync(actor, userId, client, cancel));

    private async Task<AdministrationResult> EndSessionsOnceAsync(RoleActor actor, Guid userId, ClientInfo client, CancellationToken cancel)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var (user, obstacle) = await accounts.FindAsync(actor, userId, Permission.UsersWrite, cancel);
        if (user is null)
        {
            return obstacle!;
        }

        accounts.NoteAtActor(actor, SecurityEventKind.SignedOutEverywhere, client);
        await changes.CommitAsync(transaction, CredentialChange.SessionsEndedByAdministrator, user, keep: null, ClientInfo.By(actor.UserId), cancel);
        return new AdministrationResult.Done();
    }
}
