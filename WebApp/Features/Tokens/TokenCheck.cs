using Npgsql;
using WebApp.Platform.Users;

namespace WebApp.Features.Tokens;

/// <summary>Checks what callers send as a Bearer token: an API token by its prefix, all else as an access token.</summary>
public sealed class TokenCheck(AccessTokenCheck accessTokens, ApiTokenCheck apiTokens)
{
    /// <summary>The verdict. A good API token counts as used.</summary>
    /// <exception cref="NpgsqlException">The database was needed and could not be asked.</exception>
    public ValueTask<TokenVerdict> CheckAsync(ReadOnlyMemory<char> token, CancellationToken cancel) =>
        token.Span.StartsWith(ApiTokenText.Prefix, StringComparison.Ordinal)
            ? apiTokens.CheckAsync(token.ToString(), cancel)
            : accessTokens.CheckAsync(token, cancel);
}

/// <summary>What an access token or API token is worth now. The order of the cases is the order in which they are checked.</summary>
public abstract record TokenVerdict
{
    private TokenVerdict()
    {
    }

    /// <summary>Not a token of this application in form.</summary>
    public sealed record Malformed : TokenVerdict
    {
        internal static readonly Malformed Instance = new();
    }

    /// <summary>Signature, key, issuer, audience or kind is wrong; an API token that was never made here, or was deleted with its account.</summary>
    public sealed record Invalid : TokenVerdict
    {
        internal static readonly Invalid Instance = new();
    }

    /// <summary>Its session ended, its user's token version was raised, or its owner revoked it.</summary>
    public sealed record Revoked : TokenVerdict
    {
        internal static readonly Revoked Instance = new();
    }

    /// <summary>It was good and expired.</summary>
    public sealed record Expired : TokenVerdict
    {
        internal static readonly Expired Instance = new();
    }

    /// <summary>A good access token.</summary>
    public sealed record GoodAccess(AccessTokenClaims Claims) : TokenVerdict;

    /// <summary>A good API token.</summary>
    public sealed record GoodApi(ApiTokenIdentity Token) : TokenVerdict;
}

/// <summary>A token that is good now, of whichever kind.</summary>
/// <param name="User">Whose, as of now.</param>
/// <param name="Type"><see cref="Bearer"/> or <see cref="Refresh"/>.</param>
/// <param name="TokenId">Its own id; null for a refresh token, which is a number of its session.</param>
/// <param name="IssuedAt">When it was made (UTC).</param>
/// <param name="ExpiresAt">When it runs out (UTC); null: when it is revoked.</param>
public sealed record TokenStanding(UserSnapshot User, string Type, Guid? TokenId, DateTimeOffset IssuedAt, DateTimeOffset? ExpiresAt)
{
    /// <summary>It opens the API: an access token or an API token (RFC 6750).</summary>
    public const string Bearer = "Bearer";

    /// <summary>It gets new tokens and opens nothing by itself. A service must not let anybody in who shows one.</summary>
    public const string Refresh = "refresh_token";

    /// <summary>The session it derives from; null for an API token.</summary>
    public Guid? SessionId { get; init; }

    /// <summary>When the user last authenticated (UTC); null for an API token.</summary>
    public DateTimeOffset? AuthenticatedAt { get; init; }

    /// <summary>How (RFC 8176 values); null for an API token.</summary>
    public IReadOnlyList<string>? Amr { get; init; }

    /// <summary>Scopes parted by spaces; empty is the user's own full reach.</summary>
    public string Scope { get; init; } = "";
}
