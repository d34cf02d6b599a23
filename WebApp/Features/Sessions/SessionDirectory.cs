using System.Net;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using NpgsqlTypes;
using WebApp.Features.Audit;
using WebApp.Platform.Changes;
using WebApp.Platform.Data;
using WebApp.Platform.Data.Encryption;
using WebApp.Platform.Http.Client;
using static WebApp.Platform.Data.PreparedDatabase;

namespace WebApp.Features.Sessions;

/// <summary>Lists and ends a user's sessions, of browsers and API clients.</summary>
public sealed class SessionDirectory(AppDbContext db, PreparedDatabase database, AuditTrail audit, ChangeFeed feed, TimeProvider clock)
{
    /// <summary>The SQL condition for a live row of <c>sessions</c>, the same as <see cref="Session.EndsUnused"/>; the current time follows it.</summary>
    public const string IsLive = "revoked_at IS NULL AND least(expires_at, coalesce(refresh_rotated_at, last_seen_at) + idle_limit) >";

    /// <summary>The default and the maximum number of sessions on a page.</summary>
    public const int PageSize = 50, MaxPageSize = 200;

    private const string FirstPageSql = $"""
        SELECT id, kind, device_name, user_agent, ip, created_at, last_seen_at, least(expires_at, coalesce(refresh_rotated_at, last_seen_at) + idle_limit)
        FROM sessions WHERE user_id = $1 AND {IsLive} $2
        ORDER BY (id = $3) IS TRUE DESC, last_seen_at DESC, id DESC LIMIT $4
        """;

    /// <summary>A page of the live sessions of a user, the current one first, then by last use. Null if <paramref name="before"/> is not one of theirs.</summary>
    /// <param name="userId">The user.</param>
    /// <param name="current">The current session, if it is theirs.</param>
    /// <param name="before">The last session of the previous page; null for the first page.</param>
    /// <param name="limit">The maximum number.</param>
    /// <param name="cancel">Cancels.</param>
    public async Task<SessionList?> ListAsync(Guid userId, Guid? current, Guid? before, int limit, CancellationToken cancel)
    {
        if (before is not { } id)
        {
            return await FirstPageAsync(userId, current, limit, cancel);
        }

        var others = Live(userId).AsNoTracking().Where(s => s.Id != current);
        if (id != current)
        {
            if (await db.Sessions.Where(s => s.Id == id && s.UserId == userId).Select(s => (DateTimeOffset?)s.LastSeenAt).SingleOrDefaultAsync(cancel) is not { } seen)
            {
                return null;
            }

            others = others.Where(s => s.LastSeenAt < seen || (s.LastSeenAt == seen && s.Id < id));
        }

        var rows = await others.OrderByDescending(s => s.LastSeenAt).ThenByDescending(s => s.Id).Take(limit + 1).ToListAsync(cancel);
        return Page([.. rows.Select(row => new SessionView(
            row.Id, row.Kind, DeviceLabel.Describe(row.DeviceName, row.UserAgent), row.Ip?.ToString(), row.CreatedAt, row.LastSeenAt, row.EndsUnused, row.Id == current))], limit);
    }

    /// <summary>How many live sessions a user has.</summary>
    public Task<int> CountAsync(Guid userId, CancellationToken cancel) => Live(userId).CountAsync(cancel);

    /// <summary>Ends a session. Returns false if the user has no such live session.</summary>
    public Task<bool> EndAsync(Guid userId, Guid sessionId, string reason, ClientInfo client, CancellationToken cancel) =>
        db.RetryAsync(() => EndOnceAsync(userId, sessionId, reason, client, cancel));

    private async Task<bool> EndOnceAsync(Guid userId, Guid sessionId, string reason, ClientInfo client, CancellationToken cancel)
    {
        await using var transaction = await db.BeginAsync(cancel);
        await AccountLock.TakeAsync(db, userId, cancel);
        if (await EndAsync(db.Sessions.Where(s => s.Id == sessionId && s.UserId == userId), reason, cancel) == 0)
        {
            return false;
        }

        audit.Add(db, SecurityEventKind.SessionEnded, client, userId, sessionId, reason);
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        feed.ApplyHere(Topics.SessionEnded, sessionId.ToString());
        return true;
    }

    /// <summary>Ends all sessions but one, and the sign-ins in progress, all or none of them. Returns the number of sessions; one event is recorded for all.</summary>
    public Task<int> EndOthersAsync(Guid userId, Guid? keep, ClientInfo client, CancellationToken cancel) =>
        db.RetryAsync(() => EndOthersOnceAsync(userId, keep, client, cancel));

    private async Task<int> EndOthersOnceAsync(Guid userId, Guid? keep, ClientInfo client, CancellationToken cancel)
    {
        await using var transaction = await db.BeginAsync(cancel);
        await AccountLock.TakeAsync(db, userId, cancel);
        await AccountLock.RenewStampAsync(db, userId, cancel);
        var ended = await EndOthersAsync(userId, keep, EndReason.EndedByUser, cancel);
        if (ended is not [])
        {
            audit.Add(db, SecurityEventKind.SessionEnded, client, userId, detail: $"{EndReason.EndedByUser}, {ended.Count}");
        }

        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        ApplyHere(ended);
        return ended.Count;
    }

    /// <summary>
    /// Ends every session of a user and raises the token version, in the caller's transaction, which holds the user's lock. After the commit, the caller
    /// passes the returned version to <see cref="ApplyHere(Guid, int)"/>.
    /// </summary>
    public async Task<int> EndAllAsync(Guid userId, string reason, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        await EndAsync(db.Sessions.Where(s => s.UserId == userId), reason, cancel);
        await db.Users.Where(u => u.Id == userId).ExecuteUpdateAsync(
            set => set.SetProperty(u => u.TokenVersion, u => u.TokenVersion + 1).SetProperty(u => u.TokenVersionAt, now), cancel);
        return await db.Users.Where(u => u.Id == userId).Select(u => u.TokenVersion).SingleAsync(cancel);
    }

    /// <summary>
    /// Ends all sessions but one, in the caller's transaction, which holds the user's lock. After the commit, the caller passes the returned ids to
    /// <see cref="ApplyHere(IEnumerable{Guid})"/>.
    /// </summary>
    public Task<List<Guid>> EndOthersAsync(Guid userId, Guid? keep, string reason, CancellationToken cancel)
    {
        var (now, kept) = (clock.GetUtcNow(), keep ?? Guid.Empty);
        return db.Database.SqlQuery<Guid>($"""
            UPDATE sessions SET revoked_at = {now}, revoked_reason = {reason}
            WHERE user_id = {userId} AND id <> {kept} AND revoked_at IS NULL RETURNING id AS "Value"
            """).ToListAsync(cancel);
    }

    /// <summary>Applies ended sessions on this node at once; the other nodes are notified by the database.</summary>
    public void ApplyHere(IEnumerable<Guid> ended)
    {
        foreach (var id in ended)
        {
            feed.ApplyHere(Topics.SessionEnded, id.ToString());
        }
    }

    /// <summary>Applies a raised token version on this node at once; the other nodes are notified by the database.</summary>
    public void ApplyHere(Guid userId, int tokenVersion) => feed.ApplyHere(Topics.UserChanged, $"{userId} {tokenVersion}");

    private IQueryable<Session> Live(Guid userId) =>
        db.Sessions.FromSqlRaw("SELECT * FROM sessions WHERE user_id = {0} AND " + IsLive + " {1}", userId, clock.GetUtcNow());

    private Task<int> EndAsync(IQueryable<Session> sessions, string reason, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        return sessions.Where(s => s.RevokedAt == null).ExecuteUpdateAsync(
            set => set.SetProperty(s => s.RevokedAt, now).SetProperty(s => s.RevokedReason, reason), cancel);
    }

    // The page that is opened most: one prepared statement.
    private async Task<SessionList> FirstPageAsync(Guid userId, Guid? current, int limit, CancellationToken cancel)
    {
        await using var row = await database.ReadAsync(
            FirstPageSql,
            [Parameter(NpgsqlDbType.Uuid, userId), Parameter(NpgsqlDbType.TimestampTz, clock.GetUtcNow()), Parameter(NpgsqlDbType.Uuid, current), Parameter(NpgsqlDbType.Integer, limit + 1)],
            cancel);
        List<SessionView> views = [];
        while (await row.ReadAsync(cancel))
        {
            views.Add(View(row, current));
        }

        return Page(views, limit);
    }

    // One more than fits was asked for, which says whether there is a next page.
    private static SessionList Page(List<SessionView> views, int limit) =>
        views.Count > limit ? new(views[..limit], views[limit - 1].Id) : new(views, null);

    private static SessionView View(NpgsqlDataReader row, Guid? current)
    {
        var id = row.GetGuid(0);
        return new(
            id,
            SessionKinds.FromColumn(row.GetString(1)),
            DeviceLabel.Describe(row.IsDBNull(2) ? null : row.GetString(2), row.IsDBNull(3) ? null : row.GetString(3)),
            row.IsDBNull(4) ? null : row.GetFieldValue<IPAddress>(4).ToString(),
            row.GetFieldValue<DateTimeOffset>(5),
            row.GetFieldValue<DateTimeOffset>(6),
            row.GetFieldValue<DateTimeOffset>(7),
            id == current);
    }
}

/// <summary>A session as its owner sees it.</summary>
/// <param name="Id">The session's id.</param>
/// <param name="Kind">Browser or API.</param>
/// <param name="Device">The device, such as “Firefox on Linux”.</param>
/// <param name="Ip">Address of the last use.</param>
/// <param name="CreatedAt">Sign-in (UTC).</param>
/// <param name="LastSeenAt">Last use (UTC).</param>
/// <param name="ExpiresAt">When it ends if it is not used again (UTC).</param>
/// <param name="Current">Whether it is the current session.</param>
public sealed record SessionView(
    Guid Id, SessionKind Kind, string Device, string? Ip, DateTimeOffset CreatedAt, DateTimeOffset LastSeenAt, DateTimeOffset ExpiresAt, bool Current);

/// <summary>A page of sessions.</summary>
/// <param name="Sessions">The current session first, then by last use.</param>
/// <param name="Next">The session after which the next page begins; null on the last.</param>
public sealed record SessionList(IReadOnlyList<SessionView> Sessions, Guid? Next);

/// <summary>How an API client that has just signed in can be recognised.</summary>
/// <param name="Token">The device token it sent; null if it sent none or an invalid one.</param>
/// <param name="KnownDevice">The device that an earlier step of its sign-in recognised.</param>
public sealed record ShownClient(RowKey? Token, Guid? KnownDevice = null)
{
    /// <summary>Reads it from a request. An invalid device token is ignored and never an error.</summary>
    public static ShownClient FromRequest(string? deviceToken, Guid? knownDevice = null) => new(RowKey.TryParse(deviceToken), knownDevice);
}
