using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WebApp.Features.Lockout;
using WebApp.Platform.Data;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Mail;
using WebApp.Platform.Mail.Messages;
using WebApp.Platform.Startup;

namespace WebApp.Features.Alerts;

/// <summary>Tells the owner of an account, each time with the link that takes the account back.</summary>
public sealed class OwnerAlerts(CredentialNotices notices, Outbox outbox, IOptions<AppOptions> app, TimeProvider clock)
{
    /// <summary>Adds the mail to the caller's unit of work, where the finding has one and the address is confirmed to be the owner's.</summary>
    public async Task AddMailAsync(AppDbContext db, Guid userId, Finding finding, ClientInfo client, CancellationToken cancel)
    {
        // The mail about a replay is older than the rules and sent by what ends the session.
        if (finding.Kind is AlertKinds.RefreshTokenReused
            || await db.Users.Where(u => u.Id == userId && u.EmailConfirmed).Select(u => u.Email).SingleOrDefaultAsync(cancel) is not { } email)
        {
            return;
        }

        var token = await notices.NewLinkAsync(db, userId, email, cancel);
        var occasion = new Occasion(clock.GetUtcNow(), client.Ip, client.Device);
        var (content, kind) = finding.Kind switch
        {
            AlertKinds.NewDevice => (NewDeviceMail.Compose(app.Value, occasion, token), NewDeviceMail.Kind),
            AlertKinds.ManyAddresses => (PasswordGuessedAtMail.Compose(app.Value, finding.Count ?? 0, clock.GetUtcNow(), token), PasswordGuessedAtMail.Kind),
            _ => (SessionMovedMail.Compose(app.Value, occasion, token), SessionMovedMail.Kind),
        };
        outbox.Add(db, email, content, kind);
    }
}
