using WebApp.Tokens;

namespace WebApp.Areas.Api.Contracts;

/// <summary>The <em>tokens</em> of the API. Times are seconds. Refuses to print.</summary>
public sealed record TokensResponse(string AccessToken, string TokenType, int ExpiresIn, string RefreshToken, int RefreshExpiresIn, Guid SessionId)
{
    /// <summary>What was issued, as it goes over the wire.</summary>
    public static TokensResponse Of(IssuedTokens tokens) =>
        new(tokens.AccessToken, "Bearer", tokens.ExpiresIn, tokens.RefreshToken, tokens.RefreshExpiresIn, tokens.SessionId);

    /// <inheritdoc/>
    public override string ToString() => $"TokensResponse({SessionId}, …)";
}
