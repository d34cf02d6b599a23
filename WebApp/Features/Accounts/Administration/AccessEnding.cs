using Microsoft.EntityFrameworkCore;
using WebApp.Features.Audit;
using WebApp.Features.Roles;
using WebApp.Features.Sessions;
using WebApp.Features.Tokens;
using WebApp.Platform.Changes;
using WebApp.Platform.Data;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Users;

namespace WebApp.Features.Accounts.Administration;

/// <summary>Ends one session, or revokes one API token, of another user.</summary>
public sealed class AccessEnding(AppDbContext db, AdministeredAccounts accounts, SessionDirectory sessions, ChangeFeed feed, TimeProvider clock)
{
    /// <summary>Ends a session.</summary>
    public Task<AdministrationResult> EndSessionAsync(RoleActor actor, Guid userId, Guid sessionId, ClientInfo client, CancellationToken cancel) =>
        db.RetryAsync(() => EndSessionOnceAsync(actor, userId, sessionId, client, cancel));

    private async Task<AdministrationResult> EndSessionOnceAsync(RoleActor actor, Guid userId, Guid sessionId, ClientInfo client, CancellationToken cancel)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var (user, obstacle) = await accounts.FindAsync(actor, userId, Permission.UsersWrite, cancel);
        if (user is null)
        {
            return obstacle!;
        }

        if (!await sessions.EndAsync(userId, sessionId, EndReason.EndedByAdministrator, ClientInfo.By(actor.UserId), cancel))
        {
            return new AdministrationResult.NotFound();
        }

        accounts.NoteAtActor(actor, SecurityEventKind.SessionEnded, client);
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        feed.ApplyHere(Topics.SessionEnded, sessionId.ToString());
        return new AdministrationResult.Done();
    }

    /// <summary>Revokes an API token.</summary>
    public Task<AdministrationResult> RevokeTokenAsync(RoleActor actor, Guid userId, Guid tokenId, ClientInfo client, CancellationToken cancel) =>
        db.RetryAsync(() => RevokeTokenOnceAsync(actor, userId, tokenId, client, cancel));

    private async Task<AdministrationResult> RevokeTokenOnceAsync(RoleActor actor, Guid userId, Guid tokenId, ClientInfo client, CancellationToken cancel)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var (user, obstacle) = await accounts.FindAsync(actor, userId, Permission.UsersWrite, cancel);
        if (user is null)
        {
            return obstacle!;
        }

        var now = clock.GetUtcNow();
        if (await db.ApiTokens.Where(t => t.UserId == userId && t.Id == tokenId && t.RevokedAt == null).ExecuteUpdateAsync(set => set.SetProperty(t => t.RevokedAt, now), cancel) == 0)
        {
            return new AdministrationResult.NotFound();
        }

        accounts.Note(actor, userId, SecurityEventKind.ApiTokenRevoked, client, tokenId.ToString());
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        feed.ApplyHere(Topics.ApiTokenEnded, tokenId.ToString());
        return new AdministrationResult.Done();
    }
}
