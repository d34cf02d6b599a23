using Microsoft.Extensions.Options;
using WebApp.Features.Audit;
using WebApp.Platform.Data;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Mail;
using WebApp.Platform.Mail.Messages;
using WebApp.Platform.Startup;

namespace WebApp.Features.Lockout;

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
