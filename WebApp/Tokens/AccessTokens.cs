using Npgsql;
using WebApp.Data.Changes;
using WebApp.Data.Users;
using WebApp.Hosting;
using static WebApp.Tokens.AccessTokenVerdict;

namespace WebApp.Tokens;

/// <summary>Judges access tokens: form, signature, kind, then revocation, then expiry.</summary>
public sealed class AccessTokens(
    TokenCodec codec, SigningKeys keys, Revocations revocations, MasterTokens masterTokens, ChangeFeed feed, NpgsqlDataSource database, TimeProvider clock)
{
    private const string AliveSql = """
        SELECT EXISTS (
            SELECT 1 FROM users u LEFT JOIN sessions s ON s.id = $2 AND s.user_id = u.id
            WHERE u.id = $1 AND u.token_version <= $3 AND u.deletion_requested_at IS NULL AND (u.lockout_end IS NULL OR u.lockout_end <= $4)
              AND ($2 IS NULL OR (s.id IS NOT NULL AND s.revoked_at IS NULL)))
        """;

    private static readonly Malformed IsMalformed = new();
    private static readonly Invalid IsInvalid = new();
    private static readonly Revoked IsRevoked = new();
    private static readonly Expired IsExpired = new();

    /// <summary>The verdict. Touches the database only while the node is deaf, to tell revoked from expired, or where a clock that ran ahead wrote the token.</summary>
    /// <exception cref="NpgsqlException">The database was needed and could not be asked.</exception>
    public ValueTask<AccessTokenVerdict> JudgeAsync(ReadOnlyMemory<char> token, CancellationToken cancel) => codec.ReadAccess(token.Span) switch
    {
        AccessTokenReading.Malformed => new(IsMalformed),
        AccessTokenReading.Invalid { UnknownKey: true } => JudgeWithNewKeysAsync(token, cancel),
        AccessTokenReading.Invalid => new(IsInvalid),
        AccessTokenReading.Read read => JudgeAsync(read, cancel),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private ValueTask<AccessTokenVerdict> JudgeAsync(AccessTokenReading.Read read, CancellationToken cancel) =>
        read.Claims.Subject == MasterAdministrator.Id ? new(JudgeMaster(read))
        : revocations.Covers(read.Claims) ? new(IsRevoked)
        : feed.IsHearing && !read.Expired && !ClockJump.IsAhead(read.Claims.IssuedAt, clock.GetUtcNow()) ? new(new Good(read.Claims))
        : AskAsync(read, cancel);

    // It has no row: the configuration decides, whether or not the database is heard.
    private AccessTokenVerdict JudgeMaster(AccessTokenReading.Read read) =>
        !masterTokens.Covers(read.Claims) ? IsRevoked : read.Expired ? IsExpired : new Good(read.Claims);

    private async ValueTask<AccessTokenVerdict> JudgeWithNewKeysAsync(ReadOnlyMemory<char> token, CancellationToken cancel)
    {
        await keys.LookForUnknownKeyAsync(cancel);
        return codec.ReadAccess(token.Span) is AccessTokenReading.Read read ? await JudgeAsync(read, cancel) : IsInvalid;
    }

    // A dead session is reported as revoked however long ago its token ran out; memory reaches back only one lifetime.
    private async ValueTask<AccessTokenVerdict> AskAsync(AccessTokenReading.Read read, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(AliveSql);
        command.Parameters.Add(new() { Value = read.Claims.Subject });
        command.Parameters.Add(new() { Value = (object?)read.Claims.SessionId ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Uuid });
        command.Parameters.Add(new() { Value = read.Claims.Version });
        command.Parameters.Add(new() { Value = clock.GetUtcNow() });
        var alive = await command.ExecuteScalarAsync(cancel) is true;
        return !alive ? IsRevoked : read.Expired ? IsExpired : new Good(read.Claims);
    }
}
