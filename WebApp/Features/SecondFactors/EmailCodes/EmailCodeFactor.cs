using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WebApp.Features.Lockout;
using WebApp.Features.SecondFactors.Totp;
using WebApp.Features.Sessions;
using WebApp.Features.Verification;
using WebApp.Platform.Data;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Mail;
using WebApp.Platform.Mail.Messages;
using WebApp.Platform.Startup;
using WebApp.Platform.Text;

namespace WebApp.Features.SecondFactors.EmailCodes;

/// <summary>
/// Mailed codes: 6 digits for 10 minutes, valid only for the pending sign-in or session they were sent for. Weaker than the other factors, because a person
/// who reads the mailbox can reset the password too. Therefore off until the account's owner turns it on.
/// </summary>
public sealed class EmailCodeFactor(
    AppDbContext db, OneTimeSecrets secrets, Attempts attempts, Outbox outbox, IOptions<AppOptions> app, IOptions<MfaOptions> options, TimeProvider clock)
{
    private const int Digits = 6;
    private const int AMinute = 1;
    private const int AnHour = 5;

    /// <summary>How long a code is valid (ASVS 6.5.5).</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Mails a code; the account's earlier one becomes void, whatever it was sent for. At most one a minute and five an hour for each account, so that
    /// nobody can fill a mailbox, or try many codes by requesting many.
    /// </summary>
    /// <param name="userId">The account.</param>
    /// <param name="boundTo">The pending sign-in or session that the code is valid for.</param>
    /// <param name="client">The client that asked; the mail shows it.</param>
    /// <param name="cancel">Cancels.</param>
    public async Task<EmailCodeResult> SendAsync(Guid userId, Guid boundTo, ClientInfo client, CancellationToken cancel)
    {
        if (!await Having(userId).AnyAsync(cancel))
        {
            return new EmailCodeResult.NotAvailable();
        }

        // The minute is checked first: a request that is too early does not count for the hour.
        var wait = await attempts.SpendAsync($"email-code:minute:{userId}", AMinute, TimeSpan.FromMinutes(1), cancel)
            ?? await attempts.SpendAsync($"email-code:hour:{userId}", AnHour, TimeSpan.FromHours(1), cancel);
        if (wait is { } retryAfter)
        {
            return new EmailCodeResult.TooSoon(retryAfter);
        }

        // Locked, so that the code goes to the address that the account has when it is created, and one at a time, since each makes the one before void.
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        if (await AccountLock.TakeAsync(db, userId, cancel) is not { Email: { } address } user)
        {
            return new EmailCodeResult.NotAvailable();
        }

        var (_, code) = await secrets.AddAsync(
            db, SecretPurpose.SecondFactor, userId, Lifetime, cancel, new() { BoundTo = boundTo, CodeDigits = Digits });
        using var language = Language.Use(user.Language);
        var occasion = new Occasion(clock.GetUtcNow(), client.Ip, client.ShownDevice);
        outbox.Add(db, address, SignInCodeMail.Compose(app.Value, code, (int)Lifetime.TotalMinutes, occasion), SignInCodeMail.Kind);
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return new EmailCodeResult.Sent();
    }

    /// <summary>When the newest code was sent for this pending sign-in or session that can still be used (UTC); null if there is none.</summary>
    public Task<DateTimeOffset?> SentAtAsync(Guid userId, Guid boundTo, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        return db.OneTimeSecrets
            .Where(s => s.UserId == userId && s.Purpose == SecretPurpose.SecondFactor && s.BoundTo == boundTo && s.ConsumedAt == null && s.ExpiresAt > now)
            .MaxAsync(s => (DateTimeOffset?)s.CreatedAt, cancel);
    }

    /// <summary>Checks a code and uses it up.</summary>
    public async Task<FactorResult> VerifyAsync(Guid userId, Guid boundTo, string code, CancellationToken cancel) =>
        await Having(userId).AnyAsync(cancel) && await secrets.SpendBoundCodeAsync(db, SecretPurpose.SecondFactor, userId, boundTo, code, cancel)
            ? new FactorResult.Right()
            : new FactorResult.Wrong();

    private IQueryable<User> Having(Guid userId) => db.Users.Where(u => u.Id == userId).Where(Answers(db, options.Value));

    /// <summary>
    /// The users who may use mailed codes: those who turned them on and have a confirmed address. If the installation has switched mailed codes off, only
    /// while the user has no authenticator app.
    /// </summary>
    public static Expression<Func<User, bool>> Answers(AppDbContext db, MfaOptions options)
    {
        var offered = options.EmailCodes;
        return u => u.EmailCodesEnabled && u.EmailConfirmed && (offered || !db.Set<TotpCredential>().Any(t => t.UserId == u.Id && t.ConfirmedAt != null));
    }
}

/// <summary>The result of requesting a mailed code.</summary>
public abstract record EmailCodeResult
{
    private EmailCodeResult()
    {
    }

    /// <summary>The mail is queued.</summary>
    public sealed record Sent : EmailCodeResult;

    /// <summary>A code was sent within the minute, or five within the hour.</summary>
    /// <param name="RetryAfter">How long until another may be sent.</param>
    public sealed record TooSoon(TimeSpan RetryAfter) : EmailCodeResult;

    /// <summary>The account does not use mailed codes, or its address is not confirmed.</summary>
    public sealed record NotAvailable : EmailCodeResult;
}

/// <summary>An address as shown to a client that has given only a password: enough to know which mailbox, not whose.</summary>
public static class MaskedAddress
{
    /// <summary><c>ada@example.org</c> becomes <c>a•••@example.org</c>.</summary>
    public static string Mask(string address) => $"{address[..1]}•••{address[address.LastIndexOf('@')..]}";
}
