using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Npgsql;
using WebApp.Features.Audit;
using WebApp.Features.Credentials;
using WebApp.Features.Lockout;
using WebApp.Features.Sessions;
using WebApp.Features.SignIn.External;
using WebApp.Features.Verification;
using WebApp.Platform.Data;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Mail;
using WebApp.Platform.Mail.Messages;
using WebApp.Platform.Startup;
using WebApp.Platform.Text;
using WebApp.Platform.Users;

namespace WebApp.Features.Accounts;

/// <summary>
/// Returns an account to the owner of a mailbox that received a recovery link when something changed: all sessions end, the password is not accepted until
/// a new one is chosen, and the account has the address again that the link was sent to.
/// </summary>
public sealed class AccountRecovery(
    AppDbContext db,
    MailProofs proofs,
    OneTimeSecrets secrets,
    CredentialChanges changes,
    Outbox outbox,
    AuditTrail audit,
    IOptions<AppOptions> app)
{
    // A notice is written in the transaction of its change, a moment after it.
    private static readonly TimeSpan Moment = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Applies a link of <see cref="SecretPurpose.NotMe"/> or <see cref="SecretPurpose.UndoEmailChange"/>. Returns the address that a reset mail was sent
    /// to; null if the link is unknown, used or expired, or if the address belongs to another account now.
    /// </summary>
    public async Task<string?> ActAsync(string purpose, string? token, ClientInfo client, CancellationToken cancel)
    {
        if (await proofs.ProveAsync(purpose, new SecretProof.ByToken(token ?? ""), client, cancel) is not { } secret)
        {
            return null;
        }

        try
        {
            return await ActAsync(purpose, secret, client, cancel);
        }
        catch (DbUpdateException failure) when (failure.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            return null; // A concurrent registration took the address.
        }
    }

    private Task<string?> ActAsync(string purpose, ProvenSecret secret, ClientInfo client, CancellationToken cancel) =>
        db.RetryAsync(() => ActOnceAsync(purpose, secret, client, cancel));

    private async Task<string?> ActOnceAsync(string purpose, ProvenSecret secret, ClientInfo client, CancellationToken cancel)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var user = await AccountLock.TakeForAddressAsync(db, secret.UserId, cancel);
        var wasConfirmed = user is { EmailConfirmed: true };
        if (user is null || !await secrets.SpendAsync(db, secret, cancel) || !await AddressMove.ToAsync(db, user, secret.Address ?? user.Email!, cancel))
        {
            return null;
        }

        user.PasswordHash = null;
        if (!wasConfirmed)
        {
            await UnconfirmedAccounts.DropSignInsAsync(db, user.Id, cancel);
        }

        if (user.DeletionRequestedAt is not null)
        {
            user.DeletionRequestedAt = null;
            audit.Add(db, SecurityEventKind.DeletionUndone, client, user.Id);
        }

        await secrets.VoidSinceAsync(db, secret, cancel);
        await secrets.VoidAsync(db, user.Id, SecretPurpose.ResetPassword, cancel);
        await RemovePasskeysAsync(user.Id, secret.CreatedAt - Moment, cancel);
        var since = secret.CreatedAt - Moment;
        await db.ExternalLogins.Where(l => l.UserId == user.Id && l.CreatedAt >= since).ExecuteDeleteAsync(cancel);
        var (token, code) = await secrets.AddAsync(db, SecretPurpose.ResetPassword, user.Id, TimeSpan.FromMinutes(PasswordReset.LinkMinutes), cancel);
        using var language = Language.Use(user.Language);
        outbox.Add(db, user.Email!, ResetPasswordMail.Compose(app.Value, token, code, PasswordReset.LinkMinutes), ResetPasswordMail.Kind);
        var change = purpose == SecretPurpose.NotMe ? CredentialChange.NotMe : CredentialChange.EmailChangeUndone;
        await changes.CommitAsync(transaction, change, user, keep: null, client, cancel);
        return user.Email;
    }

    /// <summary>
    /// Removes passkeys that are as new as the mail or newer. Second factors stay, otherwise access to the mailbox alone would remove them (ASVS 6.4.4).
    /// Older passkeys stay too: they belong to the owner. External logins are treated in the same way.
    /// </summary>
    private async Task RemovePasskeysAsync(Guid userId, DateTimeOffset since, CancellationToken cancel)
    {
        var passkeys = await db.UserPasskeys.Where(p => p.UserId == userId).ToListAsync(cancel);
        db.UserPasskeys.RemoveRange(passkeys.Where(p => p.Data.CreatedAt >= since));
    }
}

/// <summary>Checks mailed links and codes, and records those it refuses.</summary>
public sealed class MailProofs(AppDbContext db, OneTimeSecrets secrets, AnonymousEvents events)
{
    /// <summary>
    /// The user of the valid secret that the proof matches; null if there is none. The secret is not used up, but a code counts as tried, right or wrong.
    /// </summary>
    public async Task<ProvenSecret?> ProveAsync(string purpose, SecretProof proof, ClientInfo client, CancellationToken cancel)
    {
        if (await secrets.ProveAsync(db, purpose, proof, cancel) is { } proven)
        {
            return proven;
        }

        // An unknown link belongs to no account; a code belongs to the account it was typed for, if there is one.
        var normalized = proof is SecretProof.ByCode(var email, _) ? EmailAddress.Normalize(email.Trim()) : "";
        var userId = await db.Users.Where(u => u.NormalizedEmail == normalized).Select(u => (Guid?)u.Id).SingleOrDefaultAsync(cancel);
        await events.AddAsync(db, SecurityEventKind.MailProofFailed, client, purpose, cancel, userId);
        await db.SaveChangesAsync(cancel);
        return null;
    }
}
