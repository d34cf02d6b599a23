using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WebApp.Features.Audit;
using WebApp.Platform.Data;
using WebApp.Platform.Http.Client;

namespace WebApp.Features.Sessions;

/// <summary>How long a browser stays signed in, and how many sessions a user may have: section <c>Sessions</c>.</summary>
public sealed class SessionOptions
{
    /// <summary>Minutes without use after which a session ends.</summary>
    public int IdleMinutes { get; set; } = 60;

    /// <summary>Hours after sign-in after which a session ends, even if it is used.</summary>
    public int AbsoluteHours { get; set; } = 24;

    /// <summary>Days without use after which a remembered session ends.</summary>
    public int RememberIdleDays { get; set; } = 14;

    /// <summary>Days after sign-in after which a remembered session ends.</summary>
    public int RememberAbsoluteDays { get; set; } = 30;

    /// <summary>How many sessions of each kind, browser and API, a user may have open.</summary>
    public int MaxPerUser { get; set; } = 100;

    /// <summary>What happens if the client of a browser session changes.</summary>
    public ClientBinding Binding { get; set; } = ClientBinding.Monitor;

    /// <summary>The idle limit that applies.</summary>
    public TimeSpan Idle(bool remember) => remember ? TimeSpan.FromDays(RememberIdleDays) : TimeSpan.FromMinutes(IdleMinutes);

    /// <summary>The absolute limit that applies.</summary>
    public TimeSpan Absolute(bool remember) => remember ? TimeSpan.FromDays(RememberAbsoluteDays) : TimeSpan.FromHours(AbsoluteHours);
}

/// <summary>
/// Limits how many sessions of a kind an account may have open (<see cref="SessionOptions.MaxPerUser"/>). A new session beyond the limit ends those that
/// were unused for the longest. So a script that signs in for each call and never signs out fills neither the table nor the user's list.
/// </summary>
public sealed class SessionLimit(IOptions<SessionOptions> options, AuditTrail audit, TimeProvider clock)
{
    /// <summary>Ends the sessions beyond the limit that one more would exceed, in the caller's transaction, which holds the user's lock, shared or exclusive.</summary>
    public async Task MakeRoomAsync(AppDbContext db, Guid userId, SessionKind kind, ClientInfo client, CancellationToken cancel)
    {
        var (now, kept, stored) = (clock.GetUtcNow(), options.Value.MaxPerUser - 1, SessionKinds.ToColumn(kind));

        // Two sign-ins may run at once. Neither waits for rows that the other locked, or for a session that is in use at this moment.
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
