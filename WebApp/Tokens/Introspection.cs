using Npgsql;
using WebApp.Data.Users;

namespace WebApp.Tokens;

/// <summary>Says what a token is worth now (RFC 7662), by the same rules as a call that carries it. A dead one and an unknown one look alike.</summary>
public sealed class Introspection(
    AccessTokens accessTokens, ApiTokenCheck apiTokens, TokenCodec codec, SigningKeys keys, UserSnapshots users, NpgsqlDataSource database, TimeProvider clock)
{
    // Only the newest refresh token of a live session is good: one spent a moment ago is still answered, but by nobody but the refresh itself.
    private const string NewestSql = """
        SELECT s.authenticated_at, s.amr
        FROM sessions s JOIN users u ON u.id = s.user_id
        WHERE s.id = $1 AND s.user_id = $2 AND s.kind = 'api' AND s.refresh_seq = $3 AND s.revoked_at IS NULL
          AND s.expires_at > $4 AND s.refresh_rotated_at + s.idle_limit > $4 AND u.token_version <= s.token_version
        """;

    /// <summary>What the token says, and whose it is as of now; null where it opens nothing.</summary>
    /// <exception cref="NpgsqlException">The database was needed and could not be asked.</exception>
    public async Task<TokenStanding?> LookAsync(string token, CancellationToken cancel)
    {
        if (token.StartsWith(ApiTokenText.Prefix, StringComparison.Ordinal))
        {
            return await apiTokens.JudgeAsync(token, cancel) is ApiTokenVerdict.Good(var good) && await OwnerAsync(good.UserId, cancel) is { } owner
                ? new(owner, TokenStanding.Bearer, good.Id, good.CreatedAt, good.ExpiresAt) { Scope = string.Join(' ', good.Scopes) }
                : null;
        }

        return await accessTokens.JudgeAsync(token.AsMemory(), cancel) switch
        {
            AccessTokenVerdict.Good(var claims) => await StandingAsync(claims, cancel),
            AccessTokenVerdict.Invalid or AccessTokenVerdict.Malformed => await RefreshTokenAsync(token, cancel),
            _ => null,
        };
    }

    private async Task<TokenStanding?> StandingAsync(AccessTokenClaims claims, CancellationToken cancel) =>
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

        await using var command = database.CreateCommand(NewestSql);
        command.Parameters.Add(new() { Value = claims.SessionId });
        command.Parameters.Add(new() { Value = claims.Subject });
        command.Parameters.Add(new() { Value = claims.Sequence });
        command.Parameters.Add(new() { Value = clock.GetUtcNow() });
        await using var row = await command.ExecuteReaderAsync(cancel);
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
