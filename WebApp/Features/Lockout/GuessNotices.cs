using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WebApp.Features.Audit;
using WebApp.Features.Verification;
using WebApp.Platform.Data;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Mail;
using WebApp.Platform.Mail.Messages;
using WebApp.Platform.Startup;
using WebApp.Platform.Text;

namespace WebApp.Features.Lockout;

/// <summary>
/// Records guesses and notifies owners: wrong codes after a right password, or wrong answers of a signed-in user at a step-up. Each mail contains the link
/// to recover the account.
/// </summary>
public sealed class GuessNotices(CredentialNotices notices, AuditTrail audit)
{
    /// <summary>The number of consecutive wrong codes at which the owner is notified that somebody knows the password.</summary>
    public const int NoticeThreshold = 3;

    /// <summary>Called after a wrong code at sign-in, in the caller's unit of work.</summary>
    /// <param name="db">The unit of work.</param>
    /// <param name="userId">The account.</param>
    /// <param name="permit">The permit for the guess.</param>
    /// <param name="lockout">The lockout that it caused, if any.</param>
    /// <param name="client">The client.</param>
    /// <param name="cancel">Cancels.</param>
    public async Task AddCodeAsync(AppDbContext db, Guid userId, SignInPermit.Granted permit, AccountLockout? lockout, ClientInfo client, CancellationToken cancel)
    {
        if (lockout is not null)
        {
            audit.Add(db, lockout.IsFinal ? SecurityEventKind.SecondFactorSuspended : SecurityEventKind.SecondFactorLocked, client, userId, detail: Detail(lockout));
        }

        var mail = (lockout, permit.Misses) switch
        {
            ({ IsFinal: true }, _) => (
                Marked("Codes no longer open your account everywhere"),
                Marked("Your password was correct and a hundred codes in a row were wrong. No one got in. Where you have not signed in before, codes are no longer accepted. A passkey and a recovery code still work, and so do codes where you have signed in before. After a password reset by mail, codes work everywhere again a day later.")),
            ({ IsFirst: true }, _) => (
                Marked("Sign-in by code is held up"),
                Marked("Your password was correct and several codes were wrong. No one got in. For a while no code is accepted there; each further try makes it longer. Where you have signed in before, nothing has changed.")),
            (_, NoticeThreshold) => (
                Marked("Your password was used, with wrong codes"),
                Marked("Someone, perhaps you, entered your correct password and then wrong codes. No one got in. If it was not you, someone knows your password: choose a new one.")),
            _ => default((string, string)?),
        };
        await AddMailAsync(db, userId, mail, client, cancel);
    }

    /// <summary>Called after a wrong password or code of a signed-in user, in the caller's unit of work. Does nothing without a lockout.</summary>
    public async Task AddStepUpAsync(AppDbContext db, Guid userId, Guid? sessionId, AccountLockout? lockout, ClientInfo client, CancellationToken cancel)
    {
        if (lockout is null)
        {
            return;
        }

        audit.Add(db, SecurityEventKind.ReauthenticationLocked, client, userId, sessionId, lockout.IsFinal ? $"{Detail(lockout)}, {SignInGuard.MaxMisses} in a row" : Detail(lockout));
        await AddMailAsync(
            db,
            userId,
            !lockout.IsFirst && !lockout.IsFinal ? null : (
                Marked("Someone who is signed in entered wrong passwords or codes"),
                lockout.IsFinal
                    ? Marked("A hundred wrong answers in a row were given where a signed-in user has to prove who they are. Sensitive operations are held up where you have not signed in before. A passkey and a recovery code still work, and so do codes where you have signed in before. After a password reset by mail, codes work everywhere again a day later.")
                    : Marked("Someone who is signed in to your account, perhaps you, entered several wrong passwords or codes to confirm a change. For a while none is accepted. Signing in is not affected.")),
            client,
            cancel);
    }

    private static string Detail(AccountLockout lockout)
    {
        var where = lockout.OnKnownDevice ? "known device" : "unknown devices";
        return lockout.IsFinal ? where : $"{where}, {(int)lockout.For.TotalMinutes} minutes";
    }

    private async Task AddMailAsync(AppDbContext db, Guid userId, (string Subject, string What)? mail, ClientInfo client, CancellationToken cancel)
    {
        if (mail is not { } notice
            || await db.Users.Where(u => u.Id == userId && u.EmailConfirmed).Select(u => new { u.Email, u.Language }).SingleOrDefaultAsync(cancel) is not { Email: { } email } user)
        {
            return;
        }

        using var language = Language.UseForOther(user.Language);
        await notices.AddAsync(db, userId, email, T(notice.Subject), T(notice.What), client, cancel);
    }
}

/// <summary>Records lockouts and notifies owners: once per chain, and once more when the lockout is final. An unknown name causes the same work.</summary>
public sealed class LockoutNotices(AnonymousEvents events, Outbox outbox, IOptions<AppOptions> app, TimeProvider clock)
{
    // The mail for an unknown name is encrypted like any mail, and dropped.
    private const string UnknownRecipient = "nobody@example.org";

    /// <summary>Adds event and mail to the caller's unit of work.</summary>
    public async Task AddAsync(AppDbContext db, User? user, AccountLockout lockout, ClientInfo client, CancellationToken cancel)
    {
        var kind = lockout.IsFinal ? SecurityEventKind.PasswordSuspended : SecurityEventKind.AccountLocked;
        var where = lockout.OnKnownDevice ? "known device" : "unknown devices";
        var detail = lockout.IsFinal ? where : $"{where}, {(int)lockout.For.TotalMinutes} minutes";
        await events.AddAsync(db, kind, client, detail, cancel, user?.Id, always: user is not null);
        if (!lockout.IsFirst && !lockout.IsFinal)
        {
            return;
        }

        using var language = Language.UseForOther(user?.Language);
        var occasion = new Occasion(clock.GetUtcNow(), client.Ip, client.ShownDevice);
        var (mail, mailKind) = lockout.IsFinal
            ? (PasswordSuspendedMail.Compose(app.Value, occasion), PasswordSuspendedMail.Kind)
            : (AccountLockedMail.Compose(app.Value, occasion), AccountLockedMail.Kind);
        outbox.Add(db, user?.Email ?? UnknownRecipient, mail, mailKind, deliver: user is { EmailConfirmed: true });
    }
}

/// <summary>Notifies users by mail that one of their credentials or factors changed, always with a link to recover the account without signing in.</summary>
public sealed class CredentialNotices(OneTimeSecrets secrets, Outbox outbox, IOptions<AppOptions> app, TimeProvider clock)
{
    /// <summary>How long the “this wasn't me” link is valid.</summary>
    public static readonly TimeSpan LinkLifetime = TimeSpan.FromDays(7);

    /// <summary>Adds the mail to the caller's unit of work, in the current language: the caller chooses the owner's.</summary>
    /// <param name="db">The unit of work of the change.</param>
    /// <param name="userId">The account.</param>
    /// <param name="email">The address of the mail.</param>
    /// <param name="subject">What happened, in a few words.</param>
    /// <param name="what">What happened, in a sentence.</param>
    /// <param name="client">The client that made the change.</param>
    /// <param name="cancel">Cancels.</param>
    public async Task AddAsync(AppDbContext db, Guid userId, string email, string subject, string what, ClientInfo client, CancellationToken cancel)
    {
        var token = await NewLinkAsync(db, userId, email, cancel);
        var occasion = new Occasion(clock.GetUtcNow(), client.Ip, client.ShownDevice);
        outbox.Add(db, email, CredentialChangedMail.Compose(app.Value, subject, what, occasion, token), CredentialChangedMail.Kind);
    }

    /// <summary>
    /// Adds only the secret of a “this wasn't me” link, for mails with their own text. It stores the address it is sent to: if the account's address has
    /// changed by then, the link restores it.
    /// </summary>
    public async Task<string> NewLinkAsync(AppDbContext db, Guid userId, string email, CancellationToken cancel) =>
        (await secrets.AddAsync(db, SecretPurpose.NotMe, userId, LinkLifetime, cancel, new() { Address = email })).Token;
}
