using Microsoft.EntityFrameworkCore;
using WebApp.Features.Audit;
using WebApp.Platform.Data;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Workers;

namespace WebApp.Features.Sessions.Impersonating;

/// <summary>
/// Records the end of impersonations that were not ended by hand: they expired, or the administrator's session ended. The row is marked in the transaction
/// of its event, so each end is recorded once.
/// </summary>
public sealed class ImpersonationEnds(IDbContextFactory<AppDbContext> database, AuditTrail audit, DueWorks due, TimeProvider clock, ILogger<ImpersonationEnds> logger)
    : DueWorker("impersonations", TimeSpan.FromSeconds(15), due, clock)
{
    /// <summary>The event's text for an impersonation that expired.</summary>
    public const string RanOut = "ran out";

    /// <summary>The event's text for an impersonation whose session ended.</summary>
    public const string SessionEnded = "session ended";

    /// <summary>The event's text for an impersonation that another one replaced.</summary>
    public const string Another = "another was begun";

    private readonly TimeProvider clock = clock;

    /// <summary>Records all impersonations that are over. Returns their number.</summary>
    public async Task<int> RecordAsync(CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        await using var db = await database.CreateDbContextAsync(cancel);
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var over = await db.Set<Impersonation>().FromSql($"""
            UPDATE impersonations i SET ended_at = least(i.expires_at, s.revoked_at)
            FROM sessions s
            WHERE s.id = i.session_id AND i.ended_at IS NULL AND (i.expires_at <= {now} OR s.revoked_at IS NOT NULL)
            RETURNING i.*
            """).AsNoTracking().ToListAsync(cancel);
        foreach (var end in over)
        {
            audit.Add(db, SecurityEventKind.ImpersonationEnded, ClientInfo.By(end.ActorId), end.UserId, detail: end.EndedAt < end.ExpiresAt ? SessionEnded : RanOut);
        }

        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return over.Count;
    }

    /// <summary>Ends the impersonations of a session because another one begins, in the caller's transaction. The caller saves.</summary>
    public async Task EndAllAsync(AppDbContext db, Guid sessionId, DateTimeOffset now, CancellationToken cancel)
    {
        var ended = await db.Set<Impersonation>().FromSql($"""
            UPDATE impersonations i SET ended_at = least(i.expires_at, {now}) WHERE i.session_id = {sessionId} AND i.ended_at IS NULL
            RETURNING i.*
            """).AsNoTracking().ToListAsync(cancel);
        foreach (var end in ended)
        {
            audit.Add(db, SecurityEventKind.ImpersonationEnded, ClientInfo.By(end.ActorId), end.UserId, detail: end.EndedAt < end.ExpiresAt ? Another : RanOut);
        }
    }

    /// <inheritdoc/>
    public override Task RunAsync(CancellationToken cancel) => RecordAsync(cancel);

    /// <inheritdoc/>
    protected override void PutOff(Exception failure) => Log.EndsPutOff(logger, failure.Message);
}
