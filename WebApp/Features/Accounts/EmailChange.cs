using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Npgsql;
using WebApp.Features.Audit;
using WebApp.Features.Credentials;
using WebApp.Features.Lockout;
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

/// <summary>Changes an account's address: requested here, confirmed from the new mailbox, and the old address is notified.</summary>
public sealed class EmailChange(
    AppDbContext db,
    MailProofs proofs,
    OneTimeSecrets secrets,
    CredentialChanges changes,
    Attempts attempts,
    Outbox outbox,
    AuditTrail audit,
    IOptions<AppOptions> app,
    TimeProvider clock)
{
    private const int ConfirmationHours = 24;
    private const int UndoDays = 7;
    private const int RequestsAnHour = 5;

    /// <summary>
    /// Mails a confirmation to the new address. If the address is taken, the answer is the same, including the request for a code, which nobody has: only
    /// its owner is notified.
    /// </summary>
    public async Task<EmailChangeResult> RequestAsync(Guid userId, Guid sessionId, string? email, ClientInfo client, CancellationToken cancel)
    {
        var user = await db.Users.AsNoTracking().SingleAsync(u => u.Id == userId, cancel);
        if (EmailAddress.Parse(email) is not { } address)
        {
            return new EmailChangeResult.Invalid([new("Email", T("Enter an email address, such as ada@example.org."))]);
        }

        if (EmailAddress.Normalize(address) == user.NormalizedEmail)
        {
            return new EmailChangeResult.Invalid([new("Email", T("This is your address already."))]);
        }

        if (await attempts.SpendAsync($"change-email:{userId}", RequestsAnHour, TimeSpan.FromHours(1), cancel) is { } wait)
        {
            return new EmailChangeResult.TooMany(wait);
        }

        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        await AccountLock.RequireSessionAsync(db, userId, sessionId, clock.GetUtcNow(), cancel);
        var taken = await AddressMove.IsTakenAsync(db, address, cancel);
        await secrets.VoidOtherAddressesAsync(db, userId, SecretPurpose.ChangeEmail, address, cancel);
        var (token, code) = await secrets.AddAsync(
            db, SecretPurpose.ChangeEmail, userId, TimeSpan.FromHours(ConfirmationHours), cancel, new() { Address = address, BoundTo = sessionId });
        using var language = Language.Use(user.Language);
        var (mail, kind) = taken
            ? (AddressWantedMail.Compose(app.Value), AddressWantedMail.Kind)
            : (ChangeEmailMail.Compose(app.Value, token, code, ConfirmationHours), ChangeEmailMail.Kind);
        outbox.Add(db, address, mail, kind);
        audit.Add(db, SecurityEventKind.EmailChangeRequested, client, userId, sessionId);
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return new EmailChangeResult.MailSent(address);
    }

    /// <summary>The current address, and the one that awaits confirmation, if any, with when it was last mailed.</summary>
    public async Task<(string Current, AwaitedAddress? Awaited)> StateAsync(Guid userId, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var current = await db.Users.Where(u => u.Id == userId).Select(u => u.Email!).SingleAsync(cancel);
        var awaited = await db.OneTimeSecrets
            .Where(s => s.UserId == userId && s.Purpose == SecretPurpose.ChangeEmail && s.ConsumedAt == null && s.ExpiresAt > now)
            .OrderByDescending(s => s.CreatedAt).Select(s => new AwaitedAddress(s.Address!, s.CreatedAt)).FirstOrDefaultAsync(cancel);
        return (current, awaited);
    }

    /// <summary>
    /// Changes the account's address to the confirmed one and returns it; null if the proof is unknown, used or expired, or if the address was taken
    /// meanwhile. The session that asked continues; all others end.
    /// </summary>
    public async Task<string?> ConfirmAsync(SecretProof proof, ClientInfo client, CancellationToken cancel)
    {
        if (await proofs.ProveAsync(SecretPurpose.ChangeEmail, proof, client, cancel) is not { Address: { } address } secret)
        {
            return null;
        }

        try
        {
            return await MoveAsync(secret, address, client, cancel) ? address : null;
        }
        catch (DbUpdateException failure) when (failure.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            return null; // A concurrent registration took it.
        }
    }

    private Task<bool> MoveAsync(ProvenSecret secret, string address, ClientInfo client, CancellationToken cancel) =>
        db.RetryAsync(() => MoveOnceAsync(secret, address, client, cancel));

    private async Task<bool> MoveOnceAsync(ProvenSecret secret, string address, ClientInfo client, CancellationToken cancel)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var user = await AccountLock.TakeForAddressAsync(db, secret.UserId, cancel);
        var old = user?.Email!;
        if (user is null || !await MayMoveAsync(user, secret, cancel) || !await secrets.SpendAsync(db, secret, cancel)
            || !await AddressMove.ToAsync(db, user, address, cancel))
        {
            return false;
        }

        var (undo, _) = await secrets.AddAsync(
            db, SecretPurpose.UndoEmailChange, user.Id, TimeSpan.FromDays(UndoDays), cancel, new() { Address = old });
        using var language = Language.Use(user.Language);
        outbox.Add(db, old, EmailChangedMail.Compose(app.Value, new(clock.GetUtcNow(), client.Ip, client.ShownDevice), undo, UndoDays), EmailChangedMail.Kind);
        await changes.CommitAsync(transaction, CredentialChange.EmailChanged, user, secret.BoundTo, client, cancel);
        return true;
    }

    /// <summary>
    /// A user whose session was ended after the request, by the owner, by a reset or by “this was not me”, cannot change the address afterwards. Signing
    /// out does not prevent it: a mail may be read later.
    /// </summary>
    private async Task<bool> MayMoveAsync(User user, ProvenSecret secret, CancellationToken cancel)
    {
        var asked = await db.Sessions.AsNoTracking().SingleOrDefaultAsync(s => s.Id == secret.BoundTo, cancel);
        return asked is { RevokedReason: null or EndReason.SignedOut or EndReason.Replaced }
            && asked.TokenVersion >= user.TokenVersion
            && !user.IsDisabled(clock.GetUtcNow());
    }
}

/// <summary>An address that awaits confirmation.</summary>
/// <param name="Address">The address.</param>
/// <param name="MailedAt">When the last mail to it was sent (UTC).</param>
public sealed record AwaitedAddress(string Address, DateTimeOffset MailedAt);

/// <summary>The result of requesting another address.</summary>
public abstract record EmailChangeResult
{
    private EmailChangeResult()
    {
    }

    /// <summary>A mail is queued: to confirm, or to say that the address has an account already. The caller cannot see which.</summary>
    public sealed record MailSent(string Address) : EmailChangeResult;

    /// <summary>Asked too often.</summary>
    public sealed record TooMany(TimeSpan RetryAfter) : EmailChangeResult;

    /// <summary>Not a valid address, or the current one.</summary>
    public sealed record Invalid(IReadOnlyList<FieldError> Errors) : EmailChangeResult;
}

/// <summary>Changes an account's address after the user has proved that they read its mailbox.</summary>
internal static class AddressMove
{
    /// <summary>
    /// Sets the address of a tracked user, in the caller's transaction. Returns false if another account has it, confirmed or not: an imported or
    /// provisioned account is claimed by a password reset. An unfinished registration of an earlier version is replaced.
    /// </summary>
    public static async Task<bool> ToAsync(AppDbContext db, User user, string address, CancellationToken cancel)
    {
        var normalized = EmailAddress.Normalize(address);
        if (normalized != user.NormalizedEmail)
        {
            await UnconfirmedAccounts.RemoveAbandonedAsync(db, normalized, cancel);
        }

        if (await db.Users.AnyAsync(u => u.NormalizedEmail == normalized && u.Id != user.Id, cancel))
        {
            return false;
        }

        (user.Email, user.NormalizedEmail, user.UserName, user.NormalizedUserName) = (address, normalized, address, normalized);
        user.EmailConfirmed = true;
        return true;
    }

    /// <summary>Whether an account has this address and cannot be replaced.</summary>
    public static Task<bool> IsTakenAsync(AppDbContext db, string address, CancellationToken cancel) =>
        UnconfirmedAccounts.KeepsAsync(db, EmailAddress.Normalize(address), cancel);
}
