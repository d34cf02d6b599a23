using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WebApp.Features.Alerts;
using WebApp.Features.Lockout;
using WebApp.Features.Sessions;
using WebApp.Platform.Changes;
using WebApp.Platform.Data;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Mail;
using WebApp.Platform.Mail.Messages;
using WebApp.Platform.Startup;

namespace WebApp.Features.Tokens;

/// <summary>What happens when a spent refresh token comes back: its session ends, the event is recorded, the user is told.</summary>
public sealed class RefreshReuse(
    AppDbContext db, Suspicion suspicion, Outbox outbox, CredentialNotices notices, ChangeFeed feed, IOptions<AppOptions> app, TimeProvider clock)
{
    /// <summary>Ends the session, all or nothing. Of several replays at once, one does it and one mail goes out.</summary>
    public Task EndAsync(RefreshTokenClaims claims, ClientInfo client, CancellationToken cancel) =>
        db.RetryAsync(() => EndOnceAsync(claims, client, cancel));

    private async Task EndOnceAsync(RefreshTokenClaims claims, ClientInfo client, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        if (await AccountLock.TakeAsync(db, claims.Subject, cancel) is not { } user)
        {
            return;
        }

        var ended = await db.Sessions.Where(s => s.Id == claims.SessionId && s.RevokedAt == null).ExecuteUpdateAsync(
            set => set.SetProperty(s => s.RevokedAt, now).SetProperty(s => s.RevokedReason, EndReason.RefreshTokenReused), cancel);
        if (ended == 0)
        {
            return;
        }

        await suspicion.RefreshTokenReusedAsync(db, claims.Subject, claims.SessionId, client, cancel);
        var device = await db.Sessions.Where(s => s.Id == claims.SessionId).Select(s => new { s.DeviceName, s.UserAgent }).SingleAsync(cancel);
        var occasion = new Occasion(now, client.Ip, client.Device);
        var link = await notices.NewLinkAsync(db, user.Id, user.Email!, cancel);
        outbox.Add(db, user.Email!, SessionReusedMail.Compose(app.Value, DeviceLabel.Of(device.DeviceName, device.UserAgent), occasion, link), SessionReusedMail.Kind);
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        feed.ApplyHere(Topics.SessionEnded, claims.SessionId.ToString());
    }
}
