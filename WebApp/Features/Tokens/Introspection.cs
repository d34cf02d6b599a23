using Npgsql;
using NpgsqlTypes;
using WebApp.Features.Sessions;
using WebApp.Platform.Data;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Users;
using static WebApp.Platform.Data.PreparedDatabase;

namespace WebApp.Features.Tokens;

/// <summary>Describes a token's current state (RFC 7662), by the same rules as an API call with it. Ended and unknown tokens give the same answer.</summary>
public sealed class Introspection(
    TokenCheck tokens, TokenCodec codec, SigningKeys keys, UserSnapshots users, PreparedDatabase database, TimeProvider clock)
{
    // Only the newest refresh token of a live session is valid. One that was used moments ago is still accepted, but only by the refresh itself.
    private const string NewestSql = """
        SELECT s.authenticated_at, s.amr
        FROM sessions s JOIN users u ON u.id = s.user_id
        WHERE s.id = $1 AND s.user_id = $2 AND s.kind = 'api' AND s.refresh_seq = $3 AND s.revoked_at IS NULL
          AND s.expires_at > $4 AND s.refresh_rotated_at + s.idle_limit > $4 AND u.token_version <= s.token_version
        """;

    /// <summary>The token's content and its user's current state; null if the token is not valid.</summary>
    /// <exception cref="NpgsqlException">The database was needed and could not be reached.</exception>
    public async Task<TokenStanding?> LookAsync(string token, CancellationToken cancel) => await tokens.CheckAsync(token.AsMemory(), cancel) switch
    {
        TokenVerdict.GoodAccess(var claims) => await DescribeAsync(claims, cancel),
        TokenVerdict.GoodApi(var good) => await DescribeAsync(good, cancel),
        TokenVerdict.Invalid or TokenVerdict.Malformed => await RefreshTokenAsync(token, cancel),
        _ => null,
    };

    private async Task<TokenStanding?> DescribeAsync(ApiTokenIdentity token, CancellationToken cancel) =>
        await OwnerAsync(token.UserId, cancel) is { } owner
            ? new(owner, TokenStanding.Bearer, token.Id, token.CreatedAt, token.ExpiresAt) { Scope = string.Join(' ', token.Scopes) }
            : null;

    private async Task<TokenStanding?> DescribeAsync(AccessTokenClaims claims, CancellationToken cancel) =>
        await OwnerAsync(claims.Subject, cancel) is { } user && claims.Version >= user.TokenVersion
            ? new(user, TokenStanding.Bearer, claims.TokenId, claims.IssuedAt, claims.ExpiresAt)
            {
                SessionId = claims.SessionId,
                AuthenticatedAt = claims.AuthenticatedAt,
                Amr = claims.Amr,
                Scope = claims.Scope,
            }
            : null;

    private async Task<TokenStanding?> RefreshTokenAsync(string token, CancellationToken cancel)
    {
        if (codec.ReadRefresh(token) is RefreshTokenReading.Invalid { UnknownKey: true })
        {
            await keys.LookForUnknownKeyAsync(cancel);
        }

        if (codec.ReadRefresh(token) is not RefreshTokenReading.Read { Expired: false, Claims: var claims } || await OwnerAsync(claims.Subject, cancel) is not { } user)
        {
            return null;
        }

        await using var row = await database.ReadAsync(
            NewestSql,
            [
                Parameter(NpgsqlDbType.Uuid, claims.SessionId),
                Parameter(NpgsqlDbType.Uuid, claims.Subject),
                Parameter(NpgsqlDbType.Integer, claims.Sequence),
                Parameter(NpgsqlDbType.TimestampTz, clock.GetUtcNow()),
            ],
            cancel);
        return await row.ReadAsync(cancel)
            ? new(user, TokenStanding.Refresh, null, claims.IssuedAt, claims.ExpiresAt)
            {
                SessionId = claims.SessionId,
                AuthenticatedAt = row.GetFieldValue<DateTimeOffset>(0),
                Amr = row.GetFieldValue<string[]>(1),
            }
            : null;
    }

    private async Task<UserSnapshot?> OwnerAsync(Guid id, CancellationToken cancel) =>
        await users.FindAsync(id, cancel) is { Closed: false } user ? user : null;
}

/// <summary>
/// Ends a token for any client that has it (RFC 7009): the clients are this service's own and have no secret, so having the token is sufficient. An
/// attacker who stole the token gains nothing from revoking it.
/// </summary>
public sealed class TokenRevocation(TokenCodec codec, SigningKeys keys, SessionDirectory sessions, ApiTokens apiTokens)
{
    /// <summary>
    /// An access or refresh token ends its session, and with it every token of the session. A used refresh token does so too, because its client may have
    /// missed the answer. An API token ends alone. Returns false if the token is valid but of a kind that cannot be ended; ended and unknown tokens count
    /// as ended (RFC 7009 2.2).
    /// </summary>
    public async Task<bool> RevokeAsync(string token, ClientInfo client, CancellationToken cancel)
    {
        if (token.StartsWith(ApiTokenText.Prefix, StringComparison.Ordinal))
        {
            await apiTokens.RevokeHeldAsync(token, client, cancel);
            return true;
        }

        if (codec.ReadAccess(token) is AccessTokenReading.Invalid { UnknownKey: true } || codec.ReadRefresh(token) is RefreshTokenReading.Invalid { UnknownKey: true })
        {
            await keys.LookForUnknownKeyAsync(cancel);
        }

        var (user, session) = codec.ReadAccess(token) is AccessTokenReading.Read { Expired: false } access
            ? (access.Claims.Subject, access.Claims.SessionId)
            : codec.ReadRefresh(token) is RefreshTokenReading.Read { Expired: false } refresh
                ? (refresh.Claims.Subject, refresh.Claims.SessionId)
                : (Guid.Empty, (Guid?)Guid.Empty);
        if (session is null)
        {
            return false;
        }

        if (session != Guid.Empty)
        {
            await sessions.EndAsync(user, session.Value, EndReason.TokenRevoked, client, cancel);
        }

        return true;
    }
}
