using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WebApp.Features.Audit;
using WebApp.Features.Verification;
using WebApp.Platform.Data;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Mail;
using WebApp.Platform.Mail.Messages;
using WebApp.Platform.Startup;

namespace WebApp.Features.Lockout;

/// <summary>
/// Writes down and tells owners that codes were wrong after a right password, or that somebody who is signed in guesses at the proof for a sensitive
/// operation. Each mail carries the link that takes the account back.
/// </summary>
public sealed class GuessNotices(CredentialNotices notices, AuditTrail audit)
{
    /// <summary>The wrong code in a row at which the owner of an account is told that its password is known.</summary>
    public const int ToldAt = 3;

    private const string Reopening = " A passkey and a recovery code still work, and so do codes where you have signed in before. After a password reset by mail, codes work everywhere again a day later.";

    /// <summary>After a wrong code at sign-in, in the caller's unit of work.</summary>
    /// <param name="db">The unit of work.</param>
    /// <param name="userId">Whose account.</param>
    /// <param name="permit">The guess.</param>
    /// <param name="lockout">What it has brought about, if anything.</param>
    /// <param name="client">Where from.</param>
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
                "Codes no longer open your account everywhere",
                "Your password was right and a hundred codes in a row were wrong. Nobody got in. Where you have not signed in before, codes are not accepted any more." + Reopening),
            ({ IsFirst: true }, _) => (
                "Sign-in by code is held up",
                "Your password was right and several codes were wrong. Nobody got in. For a while no code is accepted there; each further try makes it longer. Where you have signed in before, nothing has changed."),
            (_, ToldAt) => (
                "Your password was used, with wrong codes",
                "Somebody, perhaps you, gave your right password and then wrong codes. Nobody got in. If it was not you, somebody knows your password: choose a new one."),
            _ => default((string, string)?),
        };
        await TellAsync(db, userId, mail, client, cancel);
    }

    /// <summary>After a wrong password or code of somebody who is signed in, in the caller's unit of work; nothing where it has brought nothing about.</summary>
    public async Task AddStepUpAsync(AppDbContext db, Guid userId, Guid? sessionId, AccountLockout? lockout, ClientInfo client, CancellationToken cancel)
    {
        if (lockout is null)
        {
            return;
        }

        audit.Add(db, SecurityEventKind.ReauthenticationLocked, client, userId, sessionId, lockout.IsFinal ? $"{Detail(lockout)}, {SignInGuard.MaxMisses} in a row" : Detail(lockout));
        await TellAsync(
            db,
            userId,
            !lockout.IsFirst && !lockout.IsFinal ? null : (
                "Somebody who is signed in gave wrong passwords or codes",
                lockout.IsFinal
                    ? $"A hundred wrong answers in a row were given where a signed-in user has to prove who they are. Sensitive operations are held up where you have not signed in before.{Reopening}"
                    : "Somebody who is signed in to your account, perhaps you, gave several wrong answers where a signed-in user has to prove who they are. For a while none is accepted. Signing in is not affected."),
            client,
            cancel);
    }

    private static string Detail(AccountLockout lockout)
    {
        var where = lockout.OnKnownDevice ? "known device" : "unknown devices";
        return lockout.IsFinal ? where : $"{where}, {(int)lockout.For.TotalMinutes} minutes";
    }

    private async Task TellAsync(AppDbContext db, Guid userId, (string Subject, string What)? mail, ClientInfo client, CancellationToken cancel)
    {
        if (mail is not { } told || await db.Users.Where(u => u.Id == userId && u.EmailConfirmed).Select(u => u.Email).SingleOrDefaultAsync(cancel) is not { } email)
        {
            return;
        }

        await notices.AddAsync(db, userId, email, told.Subject, told.What, client, cancel);
    }
}

/// <summary>Writes lockouts down and tells owners: once a chain, and once more when it is final. Of a name that is unknown it does as much.</summary>
public sealed class LockoutNotices(AnonymousEvents events, Outbox outbox, IOptions<AppOptions> app, TimeProvider clock)
{
    // What would be mailed for an unknown name is sealed as any mail is, and dropped.
    private const string Nobody = "nobody@example.org";

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

        var occasion = new Occasion(clock.GetUtcNow(), client.Ip, client.Device);
        var (mail, word) = lockout.IsFinal
            ? (PasswordSuspendedMail.Compose(app.Value, occasion), PasswordSuspendedMail.Kind)
            : (AccountLockedMail.Compose(app.Value, occasion), AccountLockedMail.Kind);
        outbox.Add(db, user?.Email ?? Nobody, mail, word, deliver: user is { EmailConfirmed: true });
    }
}

/// <summary>
/// Tells people by mail that a credential or factor of theirs changed, each time with a link that takes the account back without signing in.
/// </summary>
public sealed class CredentialNotices(OneTimeSecrets secrets, Outbox outbox, IOptions<AppOptions> app, TimeProvider clock)
{
    /// <summary>How long the “this wasn't me” link works.</summary>
    public static readonly TimeSpan LinkLifetime = TimeSpan.FromDays(7);

    /// <summary>Adds the mail to the caller's unit of work.</summary>
    /// <param name="db">The unit of work of the change.</param>
    /// <param name="userId">Whose account.</param>
    /// <param name="email">Where to write to.</param>
    /// <param name="subject">What happened, in a few words.</param>
    /// <param name="what">What happened, in a sentence.</param>
    /// <param name="client">Where it was done from.</param>
    /// <param name="cancel">Cancels.</param>
    public async Task AddAsync(AppDbContext db, Guid userId, string email, string subject, string what, ClientInfo client, CancellationToken cancel)
    {
        var token = await NewLinkAsync(db, userId, email, cancel);
        var occasion = new Occasion(clock.GetUtcNow(), client.Ip, client.Device);
        outbox.Add(db, email, CredentialChangedMail.Compose(app.Value, subject, what, occasion, token), CredentialChangedMail.Kind);
    }

    /// <summary>
    /// Adds the secret of a “this wasn't me” link alone, for mails with words of their own. It remembers the address it goes to: should the
    /// account have moved to another by then, it comes back.
    /// </summary>
    public async Task<string> NewLinkAsync(AppDbContext db, Guid userId, string email, CancellationToken cancel) =>
        (await secrets.AddAsync(db, SecretPurpose.NotMe, userId, LinkLifetime, cancel, new() { Address = email })).Token;
}
