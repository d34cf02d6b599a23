using Npgsql;
using WebApp.Platform.Users;

namespace WebApp.Features.Tokens;

/// <summary>Checks Bearer tokens: an API token if it has the prefix, otherwise an access token.</summary>
public sealed class TokenCheck(AccessTokenCheck accessTokens, ApiTokenCheck apiTokens)
{
    /// <summary>Checks a token. A valid API token counts as used.</summary>
    /// <exception cref="NpgsqlException">The database was needed and could not be reached.</exception>
    public ValueTask<TokenVerdict> CheckAsync(ReadOnlyMemory<char> token, CancellationToken cancel) =>
        token.Span.StartsWith(ApiTokenText.Prefix, StringComparison.Ordinal)
            ? apiTokens.CheckAsync(token.ToString(), cancel)
            : accessTokens.CheckAsync(token, cancel);
}

/// <summary>The result of checking an access token or API token. The cases are in the order in which they are checked.</summary>
public abstract record TokenVerdict
{
    private TokenVerdict()
    {
    }

    /// <summary>Not in the form of a token of this service.</summary>
    public sealed record Malformed : TokenVerdict
    {
        internal static readonly Malformed Instance = new();
    }

    /// <summary>Signature, key, issuer, audience or kind is wrong; or an API token that was never created here, or was deleted with its account.</summary>
    public sealed record Invalid : TokenVerdict
    {
        internal static readonly Invalid Instance = new();
    }

    /// <summary>Its session ended, its user's token version was raised, or its owner revoked it.</summary>
    public sealed record Revoked : TokenVerdict
    {
        internal static readonly Revoked Instance = new();
    }

    /// <summary>It was valid and has expired.</summary>
    public sealed record Expired : TokenVerdict
    {
        internal static readonly Expired Instance = new();
    }

    /// <summary>A valid access token.</summary>
    public sealed record GoodAccess(AccessTokenClaims Claims) : TokenVerdict;

    /// <summary>A valid API token.</summary>
    public sealed record GoodApi(ApiTokenIdentity Token) : TokenVerdict;
}

/// <summary>A token that is valid now, of any kind.</summary>
/// <param name="User">The user's current state.</param>
/// <param name="Type"><see cref="Bearer"/> or <see cref="Refresh"/>.</param>
/// <param name="TokenId">The token's own id; null for a refresh token, which has a number in its session instead.</param>
/// <param name="IssuedAt">When it was issued (UTC).</param>
/// <param name="ExpiresAt">When it expires (UTC); null: it does not expire.</param>
public sealed record TokenStanding(UserSnapshot User, string Type, Guid? TokenId, DateTimeOffset IssuedAt, DateTimeOffset? ExpiresAt)
{
    /// <summary>It gives access to the API: an access token or an API token (RFC 6750).</summary>
    public const string Bearer = "Bearer";

    /// <summary>It is exchanged for new tokens and gives no access by itself. A service must not admit a client with it.</summary>
    public const string Refresh = "refresh_token";

    /// <summary>The session it belongs to; null for an API token.</summary>
    public Guid? SessionId { get; init; }

    /// <summary>When the user last authenticated (UTC); null for an API token.</summary>
    public DateTimeOffset? AuthenticatedAt { get; init; }

    /// <summary>The methods used (RFC 8176 values); null for an API token.</summary>
    public IReadOnlyList<string>? Amr { get; init; }

    /// <summary>Scopes separated by spaces; empty means all permissions of the user.</summary>
    public string Scope { get; init; } = "";
}
