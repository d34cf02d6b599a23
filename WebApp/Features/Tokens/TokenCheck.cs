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
