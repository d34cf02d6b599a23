using System.Net;
using Npgsql;
using NpgsqlTypes;
using WebApp.Platform.Data;
using WebApp.Platform.Http.Client;
using static WebApp.Platform.Data.PreparedDatabase;

namespace WebApp.Features.Tokens;

/// <summary>
/// A whole refresh in one statement: it advances the session's row if the token is the current one and nothing speaks against it, and returns the data for the
/// new tokens. Only a token for which that is not so costs a second statement, which says why.
/// </summary>
internal static class RefreshStatement
{
    // What is found of a token. Both statements judge by it, under the lock of the row: who waited for it judges the row after the change of the one before.
    private const string Verdict = """
        CASE
            WHEN s.revoked_at IS NOT NULL OR u.token_version > s.token_version OR u.lockout_end > $4 OR u.deletion_requested_at IS NOT NULL THEN 'revoked'
            WHEN s.expires_at <= $4 OR s.refresh_rotated_at + s.idle_limit <= $4 THEN 'expired'
            WHEN (s.refresh_seq = $3
                OR (s.refresh_seq = $3 + 1 AND s.refresh_rotated_at >= $4 - $5 AND s.refresh_rotated_at <= $4 + interval '5 minutes' AND $5 > interval '0')) IS NOT TRUE THEN 'reused'
            WHEN $7 AND s.user_agent IS NOT NULL AND s.user_agent IS DISTINCT FROM $8 THEN 'other_agent'
            WHEN $9 AND NOT set_masklen(s.refresh_ip, CASE family(s.refresh_ip) WHEN 4 THEN 32 ELSE 64 END) >>= $6 THEN 'other_place'
            WHEN s.refresh_seq = $3 THEN 'rotated'
            ELSE 'repeated'
        END
        """;

    private const string Advance = "UPDATE sessions s SET refresh_seq = $3 + 1, refresh_rotated_at = $4, last_seen_at = $4, ip = coalesce($6, s.ip), refresh_ip = coalesce($6, s.refresh_ip)";
    private const string IsSession = "s.id = $1 AND s.user_id = $2 AND s.kind = 'api'";
    private const string Roles = "ARRAY(SELECT r.name FROM user_roles ur JOIN roles r ON r.id = ur.role_id WHERE ur.user_id = $2 ORDER BY 1)";

    private const string RotateSql = $"""
        {Advance} FROM users u WHERE {IsSession} AND u.id = s.user_id AND {Verdict} = 'rotated'
        RETURNING 'rotated', s.refresh_seq, s.refresh_rotated_at, s.idle_limit, s.expires_at, s.authenticated_at, s.amr, s.token_version, {Roles}, s.user_agent, NULL::inet
        """;

    private const string JudgeSql = $"""
        WITH judged AS MATERIALIZED (
            SELECT s.*, {Verdict} AS verdict FROM sessions s JOIN users u ON u.id = s.user_id WHERE {IsSession} FOR UPDATE OF s
        ), advanced AS (
            {Advance} FROM judged j WHERE s.id = j.id AND j.verdict = 'rotated'
        )
        SELECT verdict, CASE verdict WHEN 'rotated' THEN $3 + 1 ELSE refresh_seq END, CASE verdict WHEN 'rotated' THEN $4 ELSE refresh_rotated_at END,
               idle_limit, expires_at, authenticated_at, amr, token_version, {Roles}, user_agent, refresh_ip
        FROM judged
        """;

    /// <summary>Refreshes. A session that does not exist counts as revoked.</summary>
    /// <param name="database">The database.</param>
    /// <param name="claims">The token's claims.</param>
    /// <param name="now">The current time (UTC).</param>
    /// <param name="grace">How long the previous token gets the same successor again.</param>
    /// <param name="client">The client that asks.</param>
    /// <param name="bindsAgent">Whether a User-Agent that is not exactly the same stops it: <see cref="RefreshVerdict.OtherAgent"/>.</param>
    /// <param name="binding">Whether another <see cref="IpPrefix"/> stops it, with <see cref="RefreshVerdict.OtherPlace"/>, or is only told by the outcome's address.</param>
    /// <param name="cancel">Cancels.</param>
    public static async Task<RefreshOutcome> RunAsync(
        PreparedDatabase database, RefreshTokenClaims claims, DateTimeOffset now, TimeSpan grace, ClientInfo client, bool bindsAgent, ClientBinding binding, CancellationToken cancel)
    {
        NpgsqlParameter[] Values(bool bindsPlace) =>
        [
            Parameter(NpgsqlDbType.Uuid, claims.SessionId),
            Parameter(NpgsqlDbType.Uuid, claims.Subject),
            Parameter(NpgsqlDbType.Integer, claims.Sequence),
            Parameter(NpgsqlDbType.TimestampTz, now),
            Parameter(NpgsqlDbType.Interval, grace),
            Parameter(NpgsqlDbType.Inet, client.Ip),
            Parameter(NpgsqlDbType.Boolean, bindsAgent),
            Parameter(NpgsqlDbType.Text, client.UserAgent),
            Parameter(NpgsqlDbType.Boolean, bindsPlace),
        ];

        // A client in another place is judged even where it is only watched: the update cannot return the address of before.
        return await ReadAsync(database, RotateSql, Values(binding is not ClientBinding.Off), claims, cancel)
            ?? await ReadAsync(database, JudgeSql, Values(binding is ClientBinding.Enforce), claims, cancel)
            ?? new(RefreshVerdict.Revoked);
    }

    private static async Task<RefreshOutcome?> ReadAsync(PreparedDatabase database, string sql, NpgsqlParameter[] values, RefreshTokenClaims claims, CancellationToken cancel)
    {
        await using var row = await database.ReadAsync(sql, values, cancel);
        if (!await row.ReadAsync(cancel))
        {
            return null;
        }

        var rotatedAt = row.GetFieldValue<DateTimeOffset>(2);
        var (idleEnd, absoluteEnd) = (rotatedAt + row.GetTimeSpan(3), row.GetFieldValue<DateTimeOffset>(4));
        var session = new TokenSession(
            claims.SessionId,
            claims.Subject,
            row.GetInt32(1),
            rotatedAt,
            idleEnd < absoluteEnd ? idleEnd : absoluteEnd,
            row.GetFieldValue<DateTimeOffset>(5),
            row.GetFieldValue<string[]>(6),
            row.GetInt32(7),
            row.GetFieldValue<string[]>(8));
        return new(RefreshVerdicts.FromSql(row.GetString(0)), session, row.IsDBNull(9) ? null : row.GetString(9), row.IsDBNull(10) ? null : row.GetFieldValue<IPAddress>(10));
    }
}

/// <summary>The result of a refresh in the database.</summary>
/// <param name="Verdict">The result of the check.</param>
/// <param name="Session">The session's current state; null if it does not exist.</param>
/// <param name="UserAgent">The User-Agent that created the session.</param>
/// <param name="Ip">The IP address that created or last refreshed it, before this refresh; null if it is in the same place.</param>
internal sealed record RefreshOutcome(RefreshVerdict Verdict, TokenSession? Session = null, string? UserAgent = null, IPAddress? Ip = null);

/// <summary>The result of checking a refresh token.</summary>
public enum RefreshVerdict
{
    /// <summary>It was the current one, and has a successor now.</summary>
    Rotated,

    /// <summary>It was used moments ago: the same successor is returned again.</summary>
    Repeated,

    /// <summary>Its session ended, or its user was closed or signed out everywhere.</summary>
    Revoked,

    /// <summary>It was unused for too long, or the session's absolute limit was reached.</summary>
    Expired,

    /// <summary>It was used long ago.</summary>
    Reused,

    /// <summary>Another client sent it.</summary>
    OtherAgent,

    /// <summary>It came from another IP prefix.</summary>
    OtherPlace,
}

/// <summary>Reads the values that the refresh statement returns.</summary>
public static class RefreshVerdicts
{
    /// <summary>The result for a value of the statement.</summary>
    /// <exception cref="InvalidOperationException">The value is unknown: a bug, which ends nobody's session.</exception>
    public static RefreshVerdict FromSql(string value) => value switch
    {
        "rotated" => RefreshVerdict.Rotated,
        "repeated" => RefreshVerdict.Repeated,
        "revoked" => RefreshVerdict.Revoked,
        "expired" => RefreshVerdict.Expired,
        "reused" => RefreshVerdict.Reused,
        "other_agent" => RefreshVerdict.OtherAgent,
        "other_place" => RefreshVerdict.OtherPlace,
        _ => throw new InvalidOperationException("The refresh statement gave a verdict that is not known here."),
    };
}
