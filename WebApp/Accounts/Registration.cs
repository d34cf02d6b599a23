using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Npgsql;
using WebApp.Audit;
using WebApp.Data;
using WebApp.Hosting;
using WebApp.Mail;
using WebApp.Mail.Messages;
using WebApp.Passwords;
using WebApp.Protection;
using WebApp.Verification;

namespace WebApp.Accounts;

/// <summary>Makes accounts.</summary>
public sealed class Registration(
    AppDbContext db,
    PasswordPolicy policy,
    PasswordHashing hashing,
    OneTimeSecrets secrets,
    MailLimits limits,
    Outbox outbox,
    AuditTrail audit,
    IOptions<AppOptions> app,
    TimeProvider clock)
{
    private const int ConfirmationHours = 24;
    private const string Limit = "registration";

    /// <summary>
    /// Makes an account and mails its confirmation. A taken address is answered alike, at the same cost, and its owner told; an
    /// account that was never confirmed is made anew, so that nobody can lie in wait in it with a password of their own. An address gets only so many mails an hour.
    /// </summary>
    public async Task<RegistrationResult> RegisterAsync(string? email, string? password, string? displayName, ClientInfo client, CancellationToken cancel)
    {
        var address = EmailAddress.Parse(email);
        var name = DisplayName.Clean(displayName);
        var errors = Check(address, password, name);
        if (errors.Count > 0)
        {
            return new RegistrationResult.Invalid(errors);
        }

        if (await limits.SpendAsync(Limit, client, cancel) is { } wait)
        {
            return new RegistrationResult.TooMany(wait);
        }

        var hash = await hashing.HashAsync(password!, cancel);
        if (!await limits.AllowsAsync(Limit, address!, wanted: true, cancel))
        {
            return new RegistrationResult.MailSent(); // The mails already sent are still good; nobody's mailbox is filled by this.
        }

        await using var transaction = await db.Database.BeginTransactionAsync(cancel);

        // Locked, so that an account is not confirmed between being found unconfirmed and being made anew.
        var known = await db.Users.FromSql($"SELECT * FROM users WHERE normalized_email = {EmailAddress.Normalize(address!)} FOR UPDATE")
            .SingleOrDefaultAsync(cancel);
        try
        {
            await SaveAsync(known, address!, name, hash, client, cancel);
            await transaction.CommitAsync(cancel);
        }
        catch (DbUpdateException failure) when (failure.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            // The same address, registered at the same moment: the other one's mail is on its way.
        }

        return new RegistrationResult.MailSent();
    }

    private async Task SaveAsync(User? known, string address, string? name, string hash, ClientInfo client, CancellationToken cancel)
    {
        var taken = known is { EmailConfirmed: true };
        var user = taken ? null : known ?? Add(address);
        if (user is not null)
        {
            user.DisplayName = name;
            user.PasswordHash = hash;
            audit.Add(db, SecurityEventKind.Registered, client, user.Id);
        }

        var (token, code) = await secrets.AddAsync(db, SecretPurpose.ConfirmEmail, user?.Id, TimeSpan.FromHours(ConfirmationHours), cancel);
        var (mail, kind) = taken
            ? (AddressTakenMail.Compose(app.Value), AddressTakenMail.Kind)
            : (ConfirmEmailMail.Compose(app.Value, token, code, ConfirmationHours), ConfirmEmailMail.Kind);
        outbox.Add(db, known?.Email ?? address, mail, kind);
        await db.SaveChangesAsync(cancel);
    }

    private User Add(string address)
    {
        var user = new User
        {
            Id = Guid.CreateVersion7(),
            UserName = address,
            NormalizedUserName = EmailAddress.Normalize(address),
            Email = address,
            NormalizedEmail = EmailAddress.Normalize(address),
            SecurityStamp = Guid.NewGuid().ToString(),
            CreatedAt = clock.GetUtcNow(),
        };
        db.Users.Add(user);
        db.UserRoles.Add(new() { UserId = user.Id, RoleId = Role.UserId });
        return user;
    }

    private List<FieldError> Check(string? address, string? password, string? name)
    {
        List<FieldError> errors = [];
        if (address is null)
        {
            errors.Add(new("Email", "Enter an e-mail address, such as ada@example.org."));
        }

        if (DisplayName.Check(name) is { } error)
        {
            errors.Add(error);
        }

        errors.AddRange(policy.Errors("Password", password, address, name));
        return errors;
    }
}
