using System.Text.Json.Serialization;
using WebApp.Tokens;

namespace WebApp.Areas.Api.Contracts;

/// <summary>The <em>tokens</em> of the API. Times are seconds. The refresh members are absent where no new refresh token is given, and the session where there is none. Refuses to print.</summary>
public sealed record TokensResponse(
    string AccessToken,
    string TokenType,
    int ExpiresIn,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? RefreshToken,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? RefreshExpiresIn,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Guid? SessionId)
{
    /// <summary>What was issued, as it goes over the wire.</summary>
    public static TokensResponse Of(IssuedTokens tokens) =>
        new(tokens.AccessToken, "Bearer", tokens.ExpiresIn, tokens.RefreshToken, tokens.RefreshExpiresIn, tokens.SessionId);

    /// <inheritdoc/>
    public override string ToString() => $"TokensResponse({SessionId}, …)";
}
