using System.Text.Json.Serialization;
using WebApp.Features.Tokens;

namespace WebApp.Areas.Api.Contracts;

/// <summary>The <em>tokens</em> of the API. Times are seconds. The refresh members are absent where no new refresh token is given, the session where there is none, and the device token but after a sign-in by the client itself. Refuses to print.</summary>
public sealed record TokensResponse(
    string AccessToken,
    string TokenType,
    int ExpiresIn,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? RefreshToken,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? RefreshExpiresIn,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Guid? SessionId,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? DeviceToken)
{
    /// <summary>What was issued, as it goes over the wire.</summary>
    public static TokensResponse Of(IssuedTokens tokens) =>
        new(tokens.AccessToken, "Bearer", tokens.ExpiresIn, tokens.RefreshToken, tokens.RefreshExpiresIn, tokens.SessionId, tokens.DeviceToken);

    /// <inheritdoc/>
    public override string ToString() => $"TokensResponse({SessionId}, …)";
}
