using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WebApp.Audit;
using WebApp.Credentials;
using WebApp.Data;
using WebApp.Hosting;
using WebApp.Mail;
using WebApp.Mail.Messages;
using WebApp.Passwords;
using WebApp.Protection;
using WebApp.Sessions;
using WebApp.Verification;

namespace WebApp.Accounts;

/// <summary>Replaces forgotten passwords.</summary>
public sealed class PasswordReset(
    AppDbContext db,
    PasswordPolicy policy,
    PasswordHashing hashing,
    MailProofs proofs,
    OneTimeSecrets secrets,
    CredentialChanges changes,
    MailLimits limits,
    AccountKeys accounts,
    SignInGuard guard,
    Outbox outbox,
    AuditTrail audit,
    IOptions<AppOptions> app)
{
    /// <summary>How long a reset link works, in minutes.</summary>
    public const int LinkMinutes = 60;

    private const string Limit = "reset";
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Mails a reset link where the address has an account, at most one a minute and five an hour; does as much work where it has none, or
    /// where it is too soon. An address that is none is ignored: there is nothing a caller may learn here. Null, or how
    /// long the caller has to wait, whatever the address.
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

        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var normalized = EmailAddress.Normalize(address);

        // One at a time for each address, known or not: of requests at once, one mails, and only its link is live.
        await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock(hashtextextended({normalized}, 0))", cancel);
        // Locked: a link must not go to a mailbox that the account is leaving at this moment.
        var user = (await db.Users.FromSql($"SELECT * FROM users WHERE normalized_email = {normalized} FOR SHARE").AsNoTracking().ToListAsync(cancel)).SingleOrDefault();
        var tooSoon = await secrets.WasMadeWithinAsync(db, SecretPurpose.ResetPassword, user?.Id, Pause, cancel);
        var told = await limits.AllowsAsync(Limit, address, wanted: !tooSoon, cancel) ? user : null;
        var (token, code) = await secrets.AddAsync(db, SecretPurpose.ResetPassword, told?.Id, TimeSpan.FromMinutes(LinkMinutes), cancel);
        outbox.Add(db, user?.Email ?? address, ResetPasswordMail.Compose(app.Value, token, code, LinkMinutes), ResetPasswordMail.Kind, deliver: told is not null);
        audit.Add(db, SecurityEventKind.PasswordResetRequested, client, user?.Id);
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return null;
    }

    /// <summary>Sets the new password, if the proof holds and the password meets the policy. What ends is said by <see cref="CredentialChange.PasswordReset"/>.</summary>
    public async Task<PasswordResetResult> ResetAsync(SecretProof proof, string? newPassword, ClientInfo client, CancellationToken cancel)
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
        return await SaveAsync(secret, hash, client, cancel) ? new PasswordResetResult.Done() : new PasswordResetResult.NotProven();
    }

    private async Task<bool> SaveAsync(ProvenSecret secret, string hash, ClientInfo client, CancellationToken cancel)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        if (await AccountLock.TakeAsync(db, secret.UserId, cancel) is not { } user || !await secrets.SpendAsync(db, secret, cancel))
        {
            return false;
        }

        // Whoever holds the link reads the mailbox: the address is confirmed by it too.
        await db.Users.Where(u => u.Id == user.Id).ExecuteUpdateAsync(
            set => set.SetProperty(u => u.PasswordHash, hash).SetProperty(u => u.EmailConfirmed, true), cancel);
        await changes.CommitAsync(transaction, CredentialChange.PasswordReset, user, keep: null, client, cancel);

        // What was guessed at is no longer the password.
        await guard.ClearAsync(SignInGuard.KeyOfAccount(accounts.Of(user.Email)), cancel);
        await guard.ReopenAsync(user.Id, cancel);
        return true;
    }
}
