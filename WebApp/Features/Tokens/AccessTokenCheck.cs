using Npgsql;
using NpgsqlTypes;
using WebApp.Platform.Changes;
using WebApp.Platform.Data;
using WebApp.Platform.Time;
using WebApp.Platform.Users;
using static WebApp.Features.Tokens.TokenVerdict;
using static WebApp.Platform.Data.PreparedDatabase;

namespace WebApp.Features.Tokens;

/// <summary>Checks access tokens: form, signature, kind, then revocation, then expiry.</summary>
public sealed class AccessTokenCheck(
    TokenCodec codec, SigningKeys keys, Revocations revocations, MasterTokens masterTokens, ChangeFeed feed, PreparedDatabase database, TimeProvider clock)
{
    private const string AliveSql = """
        SELECT EXISTS (
            SELECT 1 FROM users u LEFT JOIN sessions s ON s.id = $2 AND s.user_id = u.id
            WHERE u.id = $1 AND u.token_version <= $3 AND u.deletion_requested_at IS NULL AND (u.lockout_end IS NULL OR u.lockout_end <= $4)
              AND ($2 IS NULL OR (s.id IS NOT NULL AND s.revoked_at IS NULL)))
        """;

    /// <summary>
    /// Checks a token. Queries the database only without a LISTEN connection, to distinguish revoked from expired, or if a node whose clock was ahead
    /// issued the token.
    /// </summary>
    /// <exception cref="NpgsqlException">The database was needed and could not be reached.</exception>
    public ValueTask<TokenVerdict> CheckAsync(ReadOnlyMemory<char> token, CancellationToken cancel) => codec.ReadAccess(token.Span) switch
    {
        AccessTokenReading.Malformed => new(Malformed.Instance),
        AccessTokenReading.Invalid { UnknownKey: true } => CheckWithNewKeysAsync(token, cancel),
        AccessTokenReading.Invalid => new(Invalid.Instance),
        AccessTokenReading.Read read => CheckAsync(read, cancel),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private ValueTask<TokenVerdict> CheckAsync(AccessTokenReading.Read read, CancellationToken cancel) =>
        read.Claims.Subject == MasterAdministrator.Id ? new(CheckMaster(read))
        : revocations.Covers(read.Claims) ? new(Revoked.Instance)
        : feed.IsConnected && !read.Expired && !ClockJump.IsAhead(read.Claims.IssuedAt, clock.GetUtcNow()) ? new(new GoodAccess(read.Claims))
        : QueryAsync(read, cancel);

    // It has no row: the configuration decides, whether or not the database can be reached.
    private TokenVerdict CheckMaster(AccessTokenReading.Read read) =>
        !masterTokens.Covers(read.Claims) ? Revoked.Instance : read.Expired ? Expired.Instance : new GoodAccess(read.Claims);

    private async ValueTask<TokenVerdict> CheckWithNewKeysAsync(ReadOnlyMemory<char> token, CancellationToken cancel)
    {
        await keys.LookForUnknownKeyAsync(cancel);
        return codec.ReadAccess(token.Span) is AccessTokenReading.Read read ? await CheckAsync(read, cancel) : Invalid.Instance;
    }

    // An ended session is reported as revoked however long ago its token expired; the data in memory covers only one lifetime.
    private async ValueTask<TokenVerdict> QueryAsync(AccessTokenReading.Read read, CancellationToken cancel)
    {
        await using var row = await database.ReadAsync(
            AliveSql,
            [
                Parameter(NpgsqlDbType.Uuid, read.Claims.Subject),
                Parameter(NpgsqlDbType.Uuid, read.Claims.SessionId),
                Parameter(NpgsqlDbType.Integer, read.Claims.Version),
                Parameter(NpgsqlDbType.TimestampTz, clock.GetUtcNow()),
            ],
            cancel);
        var alive = await row.ReadAsync(cancel) && row.GetBoolean(0);
        return !alive ? Revoked.Instance : read.Expired ? Expired.Instance : new GoodAccess(read.Claims);
    }
}
