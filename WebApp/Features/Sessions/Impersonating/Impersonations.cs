using Microsoft.EntityFrameworkCore;
using WebApp.Features.Audit;
using WebApp.Platform.Data;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Users;

namespace WebApp.Features.Sessions.Impersonating;

/// <summary>
/// Finds and ends impersonations. They are few and rare, so each request of one asks the database, and memory is only asked who its two people
/// are now. What begins one is the accounts' affair.
/// </summary>
public sealed class Impersonations(IDbContextFactory<AppDbContext> database, UserSnapshots users, AuditTrail audit, TimeProvider clock)
{
    /// <summary>
    /// The live impersonation of a session and the user it shows; null where there is none (any more): it ran out or was ended, the
    /// administrator is none any more, the user has become one, or the account is closed.
    /// </summary>
    public async Task<(Impersonation Impersonation, UserSnapshot User)?> FindAsync(Guid id, Guid sessionId, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        await using var db = await database.CreateDbContextAsync(cancel);
        var found = await db.Set<Impersonation>().AsNoTracking().SingleOrDefaultAsync(
            i => i.Id == id && i.SessionId == sessionId && i.EndedAt == null && i.ExpiresAt > now, cancel);
        return found is not null
            && await users.FindAsync(found.ActorId, cancel) is { Closed: false } actor
            && actor.Permissions.Contains(Permission.UsersImpersonate)
            && await users.FindAsync(found.UserId, cancel) is { Closed: false } user
            && !user.Roles.Contains(Role.AdminName)
                ? (found, user)
                : null;
    }

    /// <summary>Ends one by hand. Returns whose account it was; null where there was no such live one.</summary>
    public async Task<Guid?> EndAsync(Guid id, Guid sessionId, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        await using var db = await database.CreateDbContextAsync(cancel);
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var ended = await db.Set<Impersonation>().Where(i => i.Id == id && i.SessionId == sessionId && i.EndedAt == null && i.ExpiresAt > now)
            .ExecuteUpdateAsync(set => set.SetProperty(i => i.EndedAt, now), cancel);
        var found = await db.Set<Impersonation>().AsNoTracking().SingleOrDefaultAsync(i => i.Id == id, cancel);
        if (ended == 0 || found is null)
        {
            return null;
        }

        audit.Add(db, SecurityEventKind.ImpersonationEnded, ClientInfo.By(found.ActorId), found.UserId);
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return found.UserId;
    }
}
