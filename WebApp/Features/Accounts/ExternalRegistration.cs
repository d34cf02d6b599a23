using Microsoft.EntityFrameworkCore;
using Npgsql;
using WebApp.Features.Audit;
using WebApp.Features.Lockout;
using WebApp.Features.SignIn.External;
using WebApp.Platform.Data;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Mail;
using WebApp.Platform.Text;
using WebApp.Platform.Users;

namespace WebApp.Features.Accounts;

/// <summary>
/// Creates an account for an external login whose address the provider has verified, if the provider is trusted for that. The rules are those of every
/// registration; what replaces the mail is the provider's word.
/// </summary>
public sealed class ExternalRegistration(AppDbContext db, ExternalProviders providers, RegistrationRules rules, AccountKeys accounts, AuditTrail audit, TimeProvider clock)
{
    /// <summary>Creates the account, without a password, if the address counts as confirmed (<see cref="ExternalProviders.ConfirmedAddress"/>). No existing account is changed.</summary>
    public Task<ExternalRegistrationResult> CreateAsync(ExternalIdentity identity, ClientInfo client, CancellationToken cancel) =>
        db.RetryAsync(() => CreateOnceAsync(identity, client, cancel));

    private async Task<ExternalRegistrationResult> CreateOnceAsync(ExternalIdentity identity, ClientInfo client, CancellationToken cancel)
    {
        if (providers.ConfirmedAddress(identity) is not { } address || !await rules.AdmitsAsync(db, address, cancel))
        {
            return ExternalRegistrationResult.Closed;
        }

        var normalized = EmailAddress.Normalize(address);
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);

        // As at a confirmation: other registrations of the address are void. Their rows are locked in one order.
        await db.Database.ExecuteSqlAsync(
            $"DELETE FROM registrations WHERE id IN (SELECT id FROM registrations WHERE normalized_email = {normalized} ORDER BY id FOR UPDATE)", cancel);
        await UnconfirmedAccounts.RemoveAbandonedAsync(db, normalized, cancel);
        if (await db.Users.AnyAsync(u => u.NormalizedEmail == normalized, cancel))
        {
            return ExternalRegistrationResult.Taken; // The transaction is rolled back.
        }

        await SignInGuard.ForgetAsync(db, [SignInGuard.KeyOfAccount(accounts.ForEmail(address))], cancel);
        var name = DisplayName.Clean(identity.Name);
        var user = NewUser.Add(db, address, normalized, confirmed: true, clock.GetUtcNow(), DisplayName.Check(name) is null ? name : null, language: Language.OfSender);
        db.ExternalLogins.Add(ExternalLogin.Create(user.Id, identity, clock.GetUtcNow()));
        audit.Add(db, SecurityEventKind.Registered, client, user.Id, detail: $"by {identity.Provider}");
        audit.Add(db, SecurityEventKind.EmailConfirmed, client, user.Id, detail: $"by {identity.Provider}");
        try
        {
            await db.SaveChangesAsync(cancel);
        }
        catch (DbUpdateException failure) when (failure.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            db.ChangeTracker.Clear();
            return ExternalRegistrationResult.Taken; // Created concurrently; or the external login is linked by now.
        }

        await transaction.CommitAsync(cancel);
        return ExternalRegistrationResult.Created;
    }
}

/// <summary>The result of <see cref="ExternalRegistration"/>.</summary>
public enum ExternalRegistrationResult
{
    /// <summary>The account was created, and the external login signs it in.</summary>
    Created,

    /// <summary>The address may not be registered.</summary>
    Closed,

    /// <summary>The address has an account. The provider has verified that the address is this person's, so they may know.</summary>
    Taken,
}
