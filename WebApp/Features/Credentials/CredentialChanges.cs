using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.Options;
using WebApp.Features.Audit;
using WebApp.Features.Lockout;
using WebApp.Features.Sessions;
using WebApp.Features.Tokens;
using WebApp.Features.Verification;
using WebApp.Platform.Changes;
using WebApp.Platform.Data;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Mail;
using WebApp.Platform.Mail.Messages;
using WebApp.Platform.Mail.Webhooks;
using WebApp.Platform.Startup;
using WebApp.Platform.Text;

namespace WebApp.Features.Credentials;

/// <summary>Applies the effects in <see cref="CredentialChange"/>, in the change's transaction: all or nothing.</summary>
public sealed class CredentialChanges(
    AppDbContext db, SessionDirectory sessions, KnownDevices devices, OneTimeSecrets secrets, CredentialNotices notices, Outbox outbox, WebhookEvents webhooks, AuditTrail audit,
    ChangeFeed feed, IOptions<AppOptions> app, TimeProvider clock)
{
    /// <summary>Applies a change that was made in <paramref name="transaction"/>, commits both, and updates this node's memory.</summary>
    /// <param name="transaction">The transaction of the change; it holds the user's lock, see <see cref="AccountLock"/>.</param>
    /// <param name="change">The kind of change.</param>
    /// <param name="user">The account's current state.</param>
    /// <param name="keep">The session that made the change and continues; null if there is none.</param>
    /// <param name="client">The actor's client.</param>
    /// <param name="cancel">Cancels.</param>
    /// <param name="about">The replacement for <c>{0}</c> in the mail.</param>
    /// <returns>The number of sessions that ended, if others did.</returns>
    public async Task<int> CommitAsync(
        IDbContextTransaction transaction, CredentialChange change, User user, Guid? keep, ClientInfo client, CancellationToken cancel, string? about = null)
    {
        var ended = await ApplyAsync(change, user, keep, client, cancel, about: about);
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        ApplyHere(ended);
        return ended.Sessions.Count;
    }

    /// <summary>
    /// Applies a change in the caller's transaction, which holds the user's lock. The caller saves, commits and passes the result to
    /// <see cref="ApplyHere"/>.
    /// </summary>
    public async Task<EndedAccess> ApplyAsync(
        CredentialChange change, User user, Guid? keep, ClientInfo client, CancellationToken cancel, string? detail = null, string? about = null)
    {
        var ended = await EndSessionsAsync(change, user.Id, keep, cancel);
        await AccountLock.RenewStampAsync(db, user.Id, cancel);
        var now = clock.GetUtcNow();

        // The new stamp makes them void. Their rows end as well, for a node of the previous version, which does not compare stamps.
        await db.Database.ExecuteSqlAsync($"UPDATE pending_sign_ins SET completed_at = {now} WHERE user_id = {user.Id} AND completed_at IS NULL", cancel);
        if (change.EndsApiTokens)
        {
            await db.ApiTokens.Where(t => t.UserId == user.Id && t.RevokedAt == null).ExecuteUpdateAsync(set => set.SetProperty(t => t.RevokedAt, now), cancel);
        }

        await (change.Devices switch
        {
            DevicesAfter.Forgotten => devices.ForgetAllAsync(user.Id, cancel),
            DevicesAfter.Untrusted => devices.EndTrustAsync(user.Id, cancel),
            _ => Task.CompletedTask,
        });
        foreach (var purpose in change.VoidsLinks)
        {
            await secrets.VoidAsync(db, user.Id, purpose, cancel);
        }

        audit.Add(db, change.Event, client, user.Id, keep, detail ?? change.Detail);
        if (change.Sessions == SessionsEnded.All || ended.Sessions.Count > 0)
        {
            webhooks.Add(db, WebhookEventType.SessionEnded, new()
            {
                UserId = user.Id,
                ActorId = client.ActorId == user.Id ? null : client.ActorId,
                AllSessions = change.Sessions == SessionsEnded.All ? true : null,
                SessionIds = change.Sessions == SessionsEnded.All ? null : ended.Sessions,
                Reason = change.Reason,
            });
        }

        await AddMailAsync(change, user, client, about, cancel);
        return ended;
    }

    /// <summary>Updates this node's memory after a change was committed; the other nodes are notified by the database.</summary>
    public void ApplyHere(EndedAccess ended)
    {
        sessions.ApplyHere(ended.Sessions);
        if (ended.ApiTokens)
        {
            feed.ApplyHere(Topics.ApiTokenEnded, "all");
        }

        feed.ApplyHere(Topics.UserChanged, ended.TokenVersion is { } version ? $"{ended.UserId} {version}" : ended.UserId.ToString());
    }

    /// <summary>Ends every session of a user at their own request and raises the token version.</summary>
    public Task SignOutEverywhereAsync(Guid userId, ClientInfo client, CancellationToken cancel) =>
        db.RetryAsync(() => SignOutEverywhereOnceAsync(userId, client, cancel));

    private async Task SignOutEverywhereOnceAsync(Guid userId, ClientInfo client, CancellationToken cancel)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        if (await AccountLock.TakeAsync(db, userId, cancel) is { } user)
        {
            await CommitAsync(transaction, CredentialChange.SignedOutEverywhere, user, keep: null, client, cancel);
        }
    }

    private async Task<EndedAccess> EndSessionsAsync(CredentialChange change, Guid userId, Guid? keep, CancellationToken cancel) => change.Sessions switch
    {
        SessionsEnded.All => new(userId, await sessions.EndAllAsync(userId, change.Reason, cancel), [], change.EndsApiTokens),
        _ => new(userId, null, await sessions.EndOthersAsync(userId, keep, change.Reason, cancel), change.EndsApiTokens),
    };

    private async Task AddMailAsync(CredentialChange change, User user, ClientInfo client, string? about, CancellationToken cancel)
    {
        // Where an administrator made the change, the request's language is theirs.
        using var language = change.Mail is NoticeMail.Changed or NoticeMail.PasswordReset ? Language.Use(user.Language) : Language.UseForOther(user.Language);
        var (subject, what) = (T(change.Subject), T(change.What, about));
        var now = clock.GetUtcNow();
        switch (change.Mail)
        {
            case NoticeMail.Changed:
                await notices.AddAsync(db, user.Id, user.Email!, subject, what, client, cancel);
                break;
            case NoticeMail.PasswordReset:
                var link = await notices.NewLinkAsync(db, user.Id, user.Email!, cancel);
                outbox.Add(db, user.Email!, PasswordChangedMail.Compose(app.Value, new(now, client.Ip, client.ShownDevice), link), PasswordChangedMail.Kind);
                break;
            case NoticeMail.AdministeredWithWayBack or NoticeMail.Administered:
                var way = change.Mail is NoticeMail.Administered ? null : await notices.NewLinkAsync(db, user.Id, user.Email!, cancel);
                outbox.Add(db, user.Email!, AccountAdministeredMail.Compose(app.Value, subject, what, now, token: way), AccountAdministeredMail.Kind);
                break;
            default:
                break;
        }
    }
}

/// <summary>What a change ended, for updating the node's memory.</summary>
/// <param name="UserId">The user.</param>
/// <param name="TokenVersion">The raised token version; null if it was not raised.</param>
/// <param name="Sessions">The sessions that ended, if not all did.</param>
/// <param name="ApiTokens">Whether its API tokens were revoked.</param>
public sealed record EndedAccess(Guid UserId, int? TokenVersion, IReadOnlyList<Guid> Sessions, bool ApiTokens);
