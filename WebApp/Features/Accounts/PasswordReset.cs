using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WebApp.Features.Audit;
using WebApp.Features.Credentials;
using WebApp.Features.Lockout;
using WebApp.Features.Passwords;
using WebApp.Features.Sessions;
using WebApp.Features.Verification;
using WebApp.Platform.Data;
using WebApp.Platform.Http;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Mail;
using WebApp.Platform.Mail.Messages;
using WebApp.Platform.Startup;
using WebApp.Platform.Text;
using WebApp.Platform.Users;

namespace WebApp.Features.Accounts;

/// <summary>Replaces forgotten passwords.</summary>
public sealed class PasswordReset(
    AppDbContext db,
    PasswordPolicy policy,
    PasswordHashing hashing,
    MailProofs proofs,
    OneTimeSecrets secrets,
    CredentialChanges changes,
    AnonymousEvents events,
    MailLimits limits,
    AccountKeys accounts,
    SignInGuard guard,
    Outbox outbox,
    IOptions<AppOptions> app)
{
    /// <summary>How long a reset link is valid, in minutes.</summary>
    public const int LinkMinutes = 60;

    private const string Limit = "reset";
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Mails a reset link if the address has an account, at most one a minute and five an hour for each IP prefix that asks. Otherwise it does the same
    /// work. Links that were mailed before stay valid, so a stranger's request does not make the owner's void, and a late mail still works. An invalid
    /// address is ignored, so that a caller learns nothing. Returns null, or how long the caller has to wait, whatever the address.
    /// </summary>
    public async Task<TimeSpan?> RequestAsync(string? email, ClientInfo client, CancellationToken cancel)
    {
        if (await limits.SpendAsync(Limit, client, cancel) is { } wait)
        {
            return wait;
        }

        if (EmailAddress.Parse(email) is not { } address)
        {
            return null;
        }

        var normalized = EmailAddress.Normalize(address);
        var known = await db.Users.AsNoTracking().SingleOrDefaultAsync(u => u.NormalizedEmail == normalized, cancel);
        var tooSoon = await limits.IsTooSoonAsync(Limit, address, client, Pause, cancel);
        var terms = new SecretTerms { BoundTo = accounts.ForRequester(IpPrefix.Containing(client.Ip)) };
        var isMailed = await limits.AllowsAsync(Limit, address, client, wanted: !tooSoon, cancel) && known is not null;
        await events.AddAsync(db, SecurityEventKind.PasswordResetRequested, client, detail: null, cancel, known?.Id, always: isMailed);
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);

        // Locked: a link must not go to an address that the account is leaving at this moment.
        var user = (await db.Users.FromSql($"SELECT * FROM users WHERE normalized_email = {normalized} FOR NO KEY UPDATE").AsNoTracking().ToListAsync(cancel)).SingleOrDefault();
        var recipient = isMailed ? user : null;
        var (token, code) = await secrets.AddAsync(
            db, SecretPurpose.ResetPassword, recipient?.Id, TimeSpan.FromMinutes(LinkMinutes), cancel, terms);
        using var language = Language.Use(user?.Language);
        outbox.Add(db, user?.Email ?? address, ResetPasswordMail.Compose(app.Value, token, code, LinkMinutes), ResetPasswordMail.Kind, deliver: recipient is not null);
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return null;
    }

    /// <summary>Sets the new password if the proof is valid and the password meets the policy. For what ends, see <see cref="CredentialChange.PasswordReset"/>.</summary>
    /// <param name="proof">The mailed link or code.</param>
    /// <param name="newPassword">As typed.</param>
    /// <param name="client">The client.</param>
    /// <param name="cancel">Cancels.</param>
    /// <param name="signedIn">
    /// The user who is signed in where the reset is done. It matters if the address was never confirmed: if that account is signed in here, its user and
    /// the mailbox's owner are the same; otherwise the mailbox's owner keeps the account, and a proxy's name for it is removed.
    /// </param>
    public async Task<PasswordResetResult> ResetAsync(
        SecretProof proof, string? newPassword, ClientInfo client, CancellationToken cancel, Guid? signedIn = null)
    {
        if (await proofs.ProveAsync(SecretPurpose.ResetPassword, proof, client, cancel) is not { } secret)
        {
            return new PasswordResetResult.NotProven();
        }

        var user = await db.Users.AsNoTracking().SingleAsync(u => u.Id == secret.UserId, cancel);
        FieldError[] errors = [.. policy.Errors("Password", newPassword, user.Email, user.DisplayName)];
        if (errors.Length > 0)
        {
            return new PasswordResetResult.Invalid(errors);
        }

        var hash = await hashing.HashAsync(newPassword!, cancel);
        return await SaveAsync(secret, hash, client, signedIn, cancel) ? new PasswordResetResult.Done() : new PasswordResetResult.NotProven();
    }

    private Task<bool> SaveAsync(ProvenSecret secret, string hash, ClientInfo client, Guid? signedIn, CancellationToken cancel) =>
        db.RetryAsync(() => SaveOnceAsync(secret, hash, client, signedIn, cancel));

    private async Task<bool> SaveOnceAsync(ProvenSecret secret, string hash, ClientInfo client, Guid? signedIn, CancellationToken cancel)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        if (await AccountLock.TakeAsync(db, secret.UserId, cancel) is not { } user || !await secrets.SpendAsync(db, secret, cancel))
        {
            return false;
        }

        await secrets.VoidAsync(db, user.Id, SecretPurpose.ResetPassword, cancel);
        if (!user.EmailConfirmed && signedIn != user.Id)
        {
            await UnconfirmedAccounts.DropSignInsAsync(db, user.Id, cancel);
        }

        // A user who has the link reads the mailbox, so this also confirms the address.
        await db.Users.Where(u => u.Id == user.Id).ExecuteUpdateAsync(
            set => set.SetProperty(u => u.PasswordHash, hash).SetProperty(u => u.EmailConfirmed, true), cancel);

        // Earlier guesses were about the old password.
        await SignInGuard.ForgetAsync(db, [SignInGuard.KeyOfAccount(accounts.ForEmail(user.Email))], cancel);
        await guard.ReopenAsync(db, user.Id, cancel);
        await changes.CommitAsync(transaction, CredentialChange.PasswordReset, user, keep: null, client, cancel);
        return true;
    }
}

/// <summary>The result of replacing a forgotten password.</summary>
public abstract record PasswordResetResult
{
    private PasswordResetResult()
    {
    }

    /// <summary>The password was changed and every session has ended.</summary>
    public sealed record Done : PasswordResetResult;

    /// <summary>The link or code is unknown, used or expired. Nothing was done.</summary>
    public sealed record NotProven : PasswordResetResult;

    /// <summary>The new password does not meet the policy. The link stays valid.</summary>
    public sealed record Invalid(IReadOnlyList<FieldError> Errors) : PasswordResetResult;
}
