using Microsoft.EntityFrameworkCore;
using Npgsql;
using WebApp.Features.Alerts;
using WebApp.Features.Audit;
using WebApp.Features.Lockout;
using WebApp.Features.Passwords;
using WebApp.Features.Verification;
using WebApp.Platform.Data;
using WebApp.Platform.Data.Encryption;
using WebApp.Platform.Http;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Text;
using WebApp.Platform.Users;

namespace WebApp.Features.Accounts;

/// <summary>
/// Turns a registration into an account. Two things are required: the mail was read, and its reader is the user who registered, by the registration's
/// password or in the browser that registered. So an account never has a password that somebody else chose.
/// </summary>
public sealed class EmailConfirmation(
    AppDbContext db,
    PasswordPolicy policy,
    PasswordHashing hashing,
    RegistrationProofs proofs,
    SignInGuard guard,
    AccountKeys accounts,
    Suspicion suspicion,
    RegistrationRules rules,
    AnonymousEvents events,
    AuditTrail audit,
    TimeProvider clock)
{
    /// <summary>The purpose in events of refused attempts.</summary>
    private const string Purpose = SecretPurpose.ConfirmEmail;

    /// <summary>Confirms a registration: its password becomes the account's, and every other registration of the address becomes void.</summary>
    /// <param name="proof">The mailed link or code.</param>
    /// <param name="password">The registration's password. Not checked in the browser that registered.</param>
    /// <param name="browser">The key in the browser's cookie; null for the API.</param>
    /// <param name="client">The client.</param>
    /// <param name="cancel">Cancels.</param>
    public async Task<ConfirmationResult> ConfirmAsync(
        SecretProof proof, string? password, RowKey? browser, ClientInfo client, CancellationToken cancel)
    {
        var own = await proofs.FindOwnAsync(proof, browser, cancel);
        if (own is null && proof is SecretProof.ByCode && string.IsNullOrEmpty(password))
        {
            return new ConfirmationResult.PasswordWanted(); // Before the code is checked: the answer reveals nothing about it.
        }

        if (await proofs.ProveAsync(proof, own, cancel) is not { } registration)
        {
            return await RefuseAsync(client, Purpose, cancel);
        }

        if (registration.IsMadeBy(browser))
        {
            return await ActivateAsync(registration, registration.PasswordHash, client, cancel);
        }

        return string.IsNullOrEmpty(password) ? new ConfirmationResult.PasswordWanted()
            : await CheckAsync(registration, password, client, cancel) ?? await ActivateAsync(registration, registration.PasswordHash, client, cancel);
    }

    /// <summary>
    /// Confirms with a new password instead of the registration's: for a user who reads the mail and does not know that password, because they forgot it or
    /// somebody else registered.
    /// </summary>
    public async Task<ConfirmationResult> ChoosePasswordAsync(string token, string? newPassword, ClientInfo client, CancellationToken cancel)
    {
        if (await proofs.FindAsync(token, cancel) is not { } registration)
        {
            return await RefuseAsync(client, Purpose, cancel);
        }

        FieldError[] errors = [.. policy.Errors("Password", newPassword, registration.Email, registration.DisplayName)];
        return errors.Length > 0
            ? new ConfirmationResult.Invalid(errors)
            : await ActivateAsync(registration, await hashing.HashAsync(newPassword!, cancel), client, cancel);
    }

    /// <summary>Makes a registration void that the mailbox's owner did not make. Returns false if there is none.</summary>
    public async Task<bool> DeclineAsync(string token, ClientInfo client, CancellationToken cancel)
    {
        if (await proofs.RemoveAsync(token, cancel) == 0)
        {
            return false;
        }

        await events.AddAsync(db, SecurityEventKind.RegistrationDeclined, client, detail: null, cancel);
        await db.SaveChangesAsync(cancel);
        return true;
    }

    /// <summary>
    /// Null if the password is the registration's. Only a reader of the mail can guess here, so guesses are limited per registration: a stranger who locks
    /// the sign-in of the address prevents nobody from confirming. Each wrong one also counts for the address.
    /// </summary>
    private async Task<ConfirmationResult?> CheckAsync(PendingRegistration registration, string password, ClientInfo client, CancellationToken cancel)
    {
        var id = registration.Id;
        if (await db.Registrations.Where(r => r.Id == id && r.GuessPoints < RegistrationSecrets.GuessPoints)
            .ExecuteUpdateAsync(set => set.SetProperty(r => r.GuessPoints, r => r.GuessPoints + 1), cancel) == 0)
        {
            return await db.Registrations.AnyAsync(r => r.Id == id, cancel)
                ? new ConfirmationResult.TooMany(registration.ExpiresAt - clock.GetUtcNow())
                : new ConfirmationResult.NotProven();
        }

        if (await hashing.VerifyAsync(registration.PasswordHash, password, cancel) != PasswordVerdict.Wrong)
        {
            return null;
        }

        await db.Registrations.Where(r => r.Id == id).ExecuteUpdateAsync(
            set => set.SetProperty(r => r.GuessPoints, r => r.GuessPoints + RegistrationSecrets.WrongPasswordPoints - 1), cancel);
        var account = accounts.ForEmail(registration.Email);
        if (await guard.TakeAsync(SignInGuard.KeyOfAccount(account), cancel) is SignInPermit.Granted counted)
        {
            await guard.FailAsync(counted, cancel);
        }

        await suspicion.SignInFailedAsync(db, null, account, client, cancel);
        await RefuseAsync(client, $"{Purpose}, wrong password", cancel);
        return new ConfirmationResult.WrongPassword();
    }

    private async Task<ConfirmationResult> RefuseAsync(ClientInfo client, string detail, CancellationToken cancel)
    {
        await events.AddAsync(db, SecurityEventKind.MailProofFailed, client, detail, cancel);
        await db.SaveChangesAsync(cancel);
        return new ConfirmationResult.NotProven();
    }

    private Task<ConfirmationResult> ActivateAsync(PendingRegistration registration, string hash, ClientInfo client, CancellationToken cancel) =>
        db.RetryAsync(() => ActivateOnceAsync(registration, hash, client, cancel));

    private async Task<ConfirmationResult> ActivateOnceAsync(PendingRegistration registration, string hash, ClientInfo client, CancellationToken cancel)
    {
        if (!await rules.AdmitsAsync(db, registration.Email, cancel))
        {
            return new ConfirmationResult.Closed(); // Registration was closed since. The registration stays, in case it is opened again.
        }

        var normalized = registration.NormalizedEmail;
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);

        // The request that deletes the row creates the account. Rows are locked in one order, here and where codes are tried.
        var removed = await db.Database.SqlQuery<Guid>($"""
            DELETE FROM registrations WHERE id IN (SELECT id FROM registrations WHERE normalized_email = {normalized} ORDER BY id FOR UPDATE)
            RETURNING id AS "Value"
            """).ToListAsync(cancel);
        if (!removed.Contains(registration.Id))
        {
            return new ConfirmationResult.NotProven(); // The transaction is rolled back.
        }

        await UnconfirmedAccounts.RemoveAbandonedAsync(db, normalized, cancel);
        if (await db.Users.AnyAsync(u => u.NormalizedEmail == normalized, cancel))
        {
            await transaction.CommitAsync(cancel); // The address got an account by import, provisioning or change of address since; the registration is void.
            return new ConfirmationResult.Taken(registration.Email);
        }

        // Earlier guesses for this name were not about this password.
        await SignInGuard.ForgetAsync(db, [SignInGuard.KeyOfAccount(accounts.ForEmail(registration.Email))], cancel);
        var user = NewUser.Add(db, registration.Email, normalized, confirmed: true, clock.GetUtcNow(), registration.DisplayName, hash, Language.OfSender);
        audit.Add(db, SecurityEventKind.Registered, client, user.Id);
        audit.Add(db, SecurityEventKind.EmailConfirmed, client, user.Id);
        try
        {
            await db.SaveChangesAsync(cancel);
        }
        catch (DbUpdateException failure) when (failure.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            return new ConfirmationResult.Taken(registration.Email); // Created concurrently, not by a registration.
        }

        await transaction.CommitAsync(cancel);
        return new ConfirmationResult.Confirmed();
    }
}

/// <summary>The result of a confirmation.</summary>
public abstract record ConfirmationResult
{
    private ConfirmationResult()
    {
    }

    /// <summary>The account was created, and its password is the given one.</summary>
    public sealed record Confirmed : ConfirmationResult;

    /// <summary>The link or code is unknown, used or expired.</summary>
    public sealed record NotProven : ConfirmationResult;

    /// <summary>This is not the browser that registered, and no password was given.</summary>
    public sealed record PasswordWanted : ConfirmationResult;

    /// <summary>The password is not the registration's. Counted.</summary>
    public sealed record WrongPassword : ConfirmationResult;

    /// <summary>Too many wrong passwords for this registration; none is checked before the time is over.</summary>
    public sealed record TooMany(TimeSpan RetryAfter) : ConfirmationResult;

    /// <summary>The address has got an account in another way meanwhile; that account is unchanged.</summary>
    public sealed record Taken(string Email) : ConfirmationResult;

    /// <summary>Registration was closed to this address since; nothing was changed.</summary>
    public sealed record Closed : ConfirmationResult;

    /// <summary>The new password does not meet the policy.</summary>
    public sealed record Invalid(IReadOnlyList<FieldError> Errors) : ConfirmationResult;
}
