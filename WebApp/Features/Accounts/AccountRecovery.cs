using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Npgsql;
using WebApp.Features.Audit;
using WebApp.Features.Credentials;
using WebApp.Features.Lockout;
using WebApp.Features.Sessions;
using WebApp.Features.Verification;
using WebApp.Platform.Data;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Mail;
using WebApp.Platform.Mail.Messages;
using WebApp.Platform.Startup;
using WebApp.Platform.Users;

namespace WebApp.Features.Accounts;

/// <summary>
/// Gives an account back to whoever holds a link that was mailed to it when something changed: nobody is signed in any more, the password
/// opens nothing until a new one is chosen, and the account is again at the address the link went to.
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
    // A notice is written with the change it tells of, a moment after it.
    private static readonly TimeSpan Moment = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Acts on a link of <see cref="SecretPurpose.NotMe"/> or <see cref="SecretPurpose.UndoEmailChange"/>. Returns the address that a reset mail
    /// went to; null where the link is unknown, used or too old, or the address has another account by now.
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
            return null; // Somebody registered with the address at the same moment.
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
        var (token, code) = await secrets.AddAsync(db, SecretPurpose.ResetPassword, user.Id, TimeSpan.FromMinutes(PasswordReset.LinkMinutes), cancel);
        outbox.Add(db, user.Email!, ResetPasswordMail.Compose(app.Value, token, code, PasswordReset.LinkMinutes), ResetPasswordMail.Kind);
        var change = purpose == SecretPurpose.NotMe ? CredentialChange.NotMe : CredentialChange.EmailChangeUndone;
        await changes.CommitAsync(transaction, change, user, keep: null, client, cancel);
        return user.Email;
    }

    /// <summary>
    /// Takes passkeys away that are as new as the mail or newer. Second factors stay, or a mailbox alone would do away with them (ASVS 6.4.4);
    /// older passkeys stay too: they are the owner's.
    /// </summary>
    private async Task RemovePasskeysAsync(Guid userId, DateTimeOffset since, CancellationToken cancel)
    {
        var passkeys = await db.UserPasskeys.Where(p => p.UserId == userId).ToListAsync(cancel);
        db.UserPasskeys.RemoveRange(passkeys.Where(p => p.Data.CreatedAt >= since));
    }
}

/// <summary>Checks mailed links and codes, and writes down those it refuses.</summary>
public sealed class MailProofs(AppDbContext db, OneTimeSecrets secrets, AnonymousEvents events)
{
    /// <summary>Whose live secret the proof is of; null when of none. Nothing is spent, but a code counts as tried, right or wrong.</summary>
    public async Task<ProvenSecret?> ProveAsync(string purpose, SecretProof proof, ClientInfo client, CancellationToken cancel)
    {
        if (await secrets.ProveAsync(db, purpose, proof, cancel) is { } proven)
        {
            return proven;
        }

        // A link that is none of ours is nobody's; a code is of the account it was typed for, if there is one.
        var normalized = proof is SecretProof.ByCode(var email, _) ? EmailAddress.Normalize(email.Trim()) : "";
        var userId = await db.Users.Where(u => u.NormalizedEmail == normalized).Select(u => (Guid?)u.Id).SingleOrDefaultAsync(cancel);
        await events.AddAsync(db, SecurityEventKind.MailProofFailed, client, purpose, cancel, userId);
        await db.SaveChangesAsync(cancel);
        return null;
    }
}
