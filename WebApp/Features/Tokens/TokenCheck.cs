using Npgsql;

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
