using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WebApp.Features.Audit;
using WebApp.Platform.Data;
using WebApp.Platform.Http.Client;

namespace WebApp.Features.Sessions;

/// <summary>
/// How many sessions of a kind an account may have open (<see cref="SessionOptions.MaxPerUser"/>): whoever opens one more ends those that were unused
/// for the longest. A script that signs in for each call and never signs out fills neither the table nor its owner's list.
/// </summary>
public sealed class SessionLimit(IOptions<SessionOptions> options, AuditTrail audit, TimeProvider clock)
{
    /// <summary>Ends what is beyond the limit once another session is added, in the caller's transaction, which holds the user's lock, shared or not.</summary>
    public async Task MakeRoomAsync(AppDbContext db, Guid userId, SessionKind kind, ClientInfo client, CancellationToken cancel)
    {
        var (now, kept, stored) = (clock.GetUtcNow(), options.Value.MaxPerUser - 1, SessionKinds.ToColumn(kind));

        // Two sign-ins may be here at once. Neither waits for the other's rows, or for a session that is being used at this moment.
        var ended = await db.Database.SqlQuery<Guid>($"""
            UPDATE sessions SET revoked_at = {now}, revoked_reason = {EndReason.TooManySessions}
            WHERE id IN (
                SELECT id FROM sessions WHERE id IN (
                    SELECT id FROM sessions WHERE user_id = {userId} AND kind = {stored} AND revoked_at IS NULL
                        AND least(expires_at, coalesce(refresh_rotated_at, last_seen_at) + idle_limit) > {now}
                    ORDER BY greatest(last_seen_at, refresh_rotated_at) DESC, id DESC OFFSET {kept})
                FOR NO KEY UPDATE SKIP LOCKED)
                AND revoked_at IS NULL
            RETURNING id AS "Value"
            """).ToListAsync(cancel);
        if (ended is not [])
        {
            audit.Add(db, SecurityEventKind.SessionEnded, client, userId, ended is [var one] ? one : null, $"{EndReason.TooManySessions}, {ended.Count}");
        }
    }
}
