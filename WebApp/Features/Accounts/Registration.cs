using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WebApp.Features.Lockout;
using WebApp.Features.Passwords;
using WebApp.Features.Verification;
using WebApp.Platform.Data;
using WebApp.Platform.Data.Encryption;
using WebApp.Platform.Http;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Mail;
using WebApp.Platform.Mail.Messages;
using WebApp.Platform.Startup;
using WebApp.Platform.Text;

namespace WebApp.Features.Accounts;

/// <summary>Accepts registrations. A registration becomes an account when it is confirmed: see <see cref="EmailConfirmation"/>.</summary>
public sealed class Registration(
    AppDbContext db,
    PasswordPolicy policy,
    PasswordHashing hashing,
    RegistrationSecrets codes,
    OneTimeSecrets secrets,
    RegistrationRules rules,
    MailLimits limits,
    Outbox outbox,
    IOptions<AppOptions> app,
    TimeProvider clock)
{
    private const string Limit = "registration";

    /// <summary>
    /// Stores a registration and mails its confirmation. Every address gets the same answer, at the same cost. No existing account is changed: a confirmed
    /// one gets a mail that says so, an unconfirmed one, such as an imported one, a mail with a reset link.
    /// </summary>
    /// <param name="email">As typed.</param>
    /// <param name="password">As typed.</param>
    /// <param name="displayName">As typed.</param>
    /// <param name="browser">The key for the browser that registers; its id becomes the registration's. Null for the API.</param>
    /// <param name="client">The client.</param>
    /// <param name="cancel">Cancels.</param>
    public async Task<RegistrationResult> RegisterAsync(
        string? email, string? password, string? displayName, RowKey? browser, ClientInfo client, CancellationToken cancel)
    {
        var address = EmailAddress.Parse(email);
        var name = DisplayName.Clean(displayName);
        var errors = Check(address, password, name);
        if (errors.Count > 0)
        {
            return new RegistrationResult.Invalid(errors);
        }

        if (!await rules.AdmitsAsync(db, address!, cancel))
        {
            return new RegistrationResult.Closed();
        }

        if (await limits.SpendAsync(Limit, client, cancel) is { } wait)
        {
            return new RegistrationResult.TooMany(wait);
        }

        var hash = await hashing.HashAsync(password!, cancel);
        if (await limits.AllowsAsync(Limit, address!, client, wanted: true, cancel))
        {
            await SaveAsync(address!, name, hash, browser, client, cancel);
        }

        // Otherwise the mails already sent are still valid; this prevents filling a mailbox.
        return new RegistrationResult.MailSent();
    }

    /// <summary>
    /// Mails the confirmation of a browser's registration again. What was mailed before stays valid until it expires. Within the limits of
    /// <see cref="RegisterAsync"/>; beyond them no mail is sent.
    /// </summary>
    /// <param name="made">The key of the browser's registration.</param>
    /// <param name="browser">The key that replaces it.</param>
    /// <param name="client">The client.</param>
    /// <param name="cancel">Cancels.</param>
    /// <returns>The address; null if the browser has no registration that can still be confirmed, or registration is closed.</returns>
    public async Task<string?> SendAgainAsync(RowKey made, RowKey browser, ClientInfo client, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var pending = await db.Registrations.AsNoTracking().SingleOrDefaultAsync(r => r.Id == made.Id && r.ExpiresAt > now, cancel);
        if (pending?.IsMadeBy(made) != true || !await rules.AdmitsAsync(db, pending.Email, cancel))
        {
            return null;
        }

        if (await limits.SpendAsync(Limit, client, cancel) is null && await limits.AllowsAsync(Limit, pending.Email, client, wanted: true, cancel))
        {
            await SaveAsync(pending.Email, pending.DisplayName, pending.PasswordHash, browser, client, cancel);
        }

        return pending.Email;
    }

    // The rows are the same in every case. A registration for the address of an account is never confirmed: its link was sent to nobody.
    private async Task SaveAsync(string address, string? name, string hash, RowKey? browser, ClientInfo client, CancellationToken cancel)
    {
        var normalized = EmailAddress.Normalize(address);
        var known = await db.Users.AsNoTracking().SingleOrDefaultAsync(u => u.NormalizedEmail == normalized, cancel);
        var (token, code) = Add(address, normalized, name, hash, browser, client);
        var (resetToken, resetCode) = await secrets.AddAsync(
            db, SecretPurpose.ResetPassword, known is { EmailConfirmed: false } ? known.Id : null, PendingRegistration.Lifetime, cancel);
        using var language = Language.Use(known?.Language);
        var (hours, occasion) = ((int)PendingRegistration.Lifetime.TotalHours, new Occasion(clock.GetUtcNow(), client.Ip, client.ShownDevice));
        var (mail, kind) = known switch
        {
            null => (ConfirmEmailMail.Compose(app.Value, token, code, hours, occasion), ConfirmEmailMail.Kind),
            { EmailConfirmed: true } => (AddressTakenMail.Compose(app.Value), AddressTakenMail.Kind),
            _ => (FinishAccountMail.Compose(app.Value, resetToken, resetCode, hours, occasion), FinishAccountMail.Kind),
        };
        outbox.Add(db, known?.Email ?? address, mail, kind);
        await db.SaveChangesAsync(cancel);
    }

    private (string Token, string Code) Add(string address, string normalized, string? name, string hash, RowKey? browser, ClientInfo client)
    {
        var (id, now) = (browser?.Id ?? Guid.CreateVersion7(), clock.GetUtcNow());
        var (token, code) = RegistrationSecrets.New();
        db.Registrations.Add(new()
        {
            Id = id,
            Email = address,
            NormalizedEmail = normalized,
            DisplayName = name,
            PasswordHash = hash,
            TokenHash = RegistrationSecrets.TokenHash(token),
            CodeHash = codes.CodeHash(id, code),
            BrowserKeyHash = browser?.Hash(),
            Device = client.Device,
            Ip = client.Ip,
            CreatedAt = now,
            ExpiresAt = now + PendingRegistration.Lifetime,
        });
        return (token, code);
    }

    private List<FieldError> Check(string? address, string? password, string? name)
    {
        List<FieldError> errors = [];
        if (address is null)
        {
            errors.Add(new("Email", T("Enter an email address, such as ada@example.org.")));
        }

        if (DisplayName.Check(name) is { } error)
        {
            errors.Add(error);
        }

        errors.AddRange(policy.Errors("Password", password, address, name));
        return errors;
    }
}

/// <summary>The result of a registration.</summary>
public abstract record RegistrationResult
{
    private RegistrationResult()
    {
    }

    /// <summary>A mail is queued: to confirm, or to say that the address has an account already. The caller cannot see which.</summary>
    public sealed record MailSent : RegistrationResult;

    /// <summary>Nothing was done.</summary>
    public sealed record Invalid(IReadOnlyList<FieldError> Errors) : RegistrationResult;

    /// <summary>Registration is closed, by invitation only, or not for this domain; nothing was done. The same whether or not the address has an account.</summary>
    public sealed record Closed : RegistrationResult
    {
        /// <summary>The message of the page and the API.</summary>
        public static string Message => T("Registration is closed, by invitation only, or not open to this email domain. Ask an administrator for an invitation.");
    }

    /// <summary>Too many from the caller's network, whatever the addresses; nothing was done.</summary>
    public sealed record TooMany(TimeSpan RetryAfter) : RegistrationResult;
}
