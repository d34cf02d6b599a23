using Microsoft.EntityFrameworkCore;
using WebApp.Features.Audit;
using WebApp.Features.Passwords;
using WebApp.Features.Roles;
using WebApp.Features.Verification;
using WebApp.Platform.Data;
using WebApp.Platform.Http;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Mail;
using WebApp.Platform.Text;
using WebApp.Platform.Users;

namespace WebApp.Features.Accounts.FirstRun;

/// <summary>Creates administrators for users who have access to the machine: by the code that a start printed, or by the command line.</summary>
public sealed class AdministratorCreation(
    AppDbContext db, PasswordPolicy policy, PasswordHashing hashing, OneTimeSecrets secrets, AuditTrail audit, TimeProvider clock)
{
    /// <summary>Creates the first administrator, by a setup code. Of two concurrent requests, the database accepts one.</summary>
    public Task<AdministratorResult> MakeFirstAsync(
        string code, string? email, string? password, string? displayName, ClientInfo client, CancellationToken cancel) =>
        MakeAsync(code, email, password, displayName, client, cancel);

    /// <summary>Creates another administrator, whose address counts as confirmed.</summary>
    public Task<AdministratorResult> MakeAsync(string? email, string? password, string? displayName, ClientInfo client, CancellationToken cancel) =>
        MakeAsync(code: null, email, password, displayName, client, cancel);

    /// <summary>The confirmed account of an address, if there is one.</summary>
    public Task<User?> FindAsync(string address, CancellationToken cancel)
    {
        var normalized = EmailAddress.Normalize(address);
        return db.Users.AsNoTracking().SingleOrDefaultAsync(user => user.NormalizedEmail == normalized && user.EmailConfirmed, cancel);
    }

    /// <summary>Gives an account the role. Returns false if it has the role already.</summary>
    public async Task<bool> PromoteAsync(Guid userId, ClientInfo client, CancellationToken cancel)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        await Administrators.LockAsync(db, cancel);
        if (!await GiveRoleAsync(userId, cancel))
        {
            return false;
        }

        audit.Add(db, SecurityEventKind.AdministratorMade, client, userId, detail: "existing account");
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return true;
    }

    private async Task<AdministratorResult> MakeAsync(
        string? code, string? email, string? password, string? displayName, ClientInfo client, CancellationToken cancel)
    {
        var address = EmailAddress.Parse(email);
        var name = DisplayName.Clean(displayName);
        if (Check(address, password, name) is { Count: > 0 } errors)
        {
            return new AdministratorResult.Invalid(errors);
        }

        var hash = await hashing.HashAsync(password!, cancel);
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);

        // Every transaction that gives the role holds a key lock on this row until its commit. FOR UPDATE waits for it, and makes others wait.
        await db.Database.ExecuteSqlAsync($"SELECT 1 FROM roles WHERE id = {Role.AdminId} FOR UPDATE", cancel);
        if (code is not null)
        {
            if (await db.UserRoles.AnyAsync(held => held.RoleId == Role.AdminId, cancel))
            {
                return new AdministratorResult.Closed();
            }

            if (await db.Set<SetupCode>().Where(known => known.CodeHash == SetupCode.HashOf(code)).ExecuteDeleteAsync(cancel) == 0)
            {
                return new AdministratorResult.WrongCode();
            }
        }

        if (await SaveAsync(address!, name, hash, client, cancel) is not { } user)
        {
            return new AdministratorResult.AddressTaken();
        }

        await transaction.CommitAsync(cancel);
        return new AdministratorResult.Made(user);
    }

    // An account that was never confirmed is taken over, and its earlier sessions end: anybody may have created it.
    private async Task<User?> SaveAsync(string address, string? name, string hash, ClientInfo client, CancellationToken cancel)
    {
        var normalized = EmailAddress.Normalize(address);
        var known = await db.Users.FromSql($"SELECT * FROM users WHERE normalized_email = {normalized} FOR UPDATE").SingleOrDefaultAsync(cancel);
        if (known is { EmailConfirmed: true })
        {
            return null;
        }

        var user = known ?? NewUser.Add(db, address, normalized, confirmed: true, clock.GetUtcNow(), name, hash, Language.Current);
        if (known is not null)
        {
            (user.Email, user.UserName, user.EmailConfirmed, user.DisplayName) = (address, address, true, name);
            (user.PasswordHash, user.SecurityStamp) = (hash, Guid.NewGuid().ToString());
            (user.TokenVersion, user.TokenVersionAt) = (user.TokenVersion + 1, clock.GetUtcNow());
            await UnconfirmedAccounts.DropSignInsAsync(db, user.Id, cancel);
            await secrets.VoidAsync(db, user.Id, SecretPurpose.ConfirmEmail, cancel);
            await secrets.VoidAsync(db, user.Id, SecretPurpose.ResetPassword, cancel);
        }

        audit.Add(db, SecurityEventKind.Registered, client, user.Id);
        audit.Add(db, SecurityEventKind.AdministratorMade, client, user.Id, detail: "new account");
        await db.SaveChangesAsync(cancel);
        await GiveRoleAsync(user.Id, cancel);
        return user;
    }

    private async Task<bool> GiveRoleAsync(Guid userId, CancellationToken cancel)
    {
        await db.Set<SetupCode>().ExecuteDeleteAsync(cancel);
        return await db.Database.ExecuteSqlAsync($"INSERT INTO user_roles (user_id, role_id) VALUES ({userId}, {Role.AdminId}) ON CONFLICT DO NOTHING", cancel) == 1;
    }

    private List<FieldError> Check(string? address, string? password, string? name)
    {
        List<FieldError> errors = address is null ? [new("Email", T("Enter an email address, such as ada@example.org."))] : [];
        if (DisplayName.Check(name) is { } error)
        {
            errors.Add(error);
        }

        errors.AddRange(policy.Errors("Password", password, address, name));
        return errors;
    }
}

/// <summary>The result of creating an administrator.</summary>
public abstract record AdministratorResult
{
    private AdministratorResult()
    {
    }

    /// <summary>The administrator was created.</summary>
    public sealed record Made(User User) : AdministratorResult;

    /// <summary>Nothing was done: a field is wrong.</summary>
    public sealed record Invalid(IReadOnlyList<FieldError> Errors) : AdministratorResult;

    /// <summary>The address has a confirmed account, which a user with access to the machine can promote.</summary>
    public sealed record AddressTaken : AdministratorResult;

    /// <summary>The setup code is unknown, or was used.</summary>
    public sealed record WrongCode : AdministratorResult;

    /// <summary>Too many codes were tried from this network.</summary>
    public sealed record TooManyTries(TimeSpan Wait) : AdministratorResult;

    /// <summary>There is an administrator already.</summary>
    public sealed record Closed : AdministratorResult;
}
