namespace WebApp.Features.Tokens;

/// <summary>What a client is handed. Refuses to print.</summary>
/// <param name="AccessToken">Good for <paramref name="ExpiresIn"/>.</param>
/// <param name="ExpiresIn">Seconds.</param>
/// <param name="RefreshToken">Good once, for <paramref name="RefreshExpiresIn"/>; null where the client keeps the one it has.</param>
/// <param name="RefreshExpiresIn">Seconds.</param>
/// <param name="SessionId">The session both derive from; null for a token without one.</param>
public sealed record IssuedTokens(string AccessToken, int ExpiresIn, string? RefreshToken, int? RefreshExpiresIn, Guid? SessionId)
{
    /// <summary>By which the client is known again at its next sign-in; null where it signed in otherwise than by itself.</summary>
    public string? DeviceToken { get; init; }

    /// <summary>Refuses to print.</summary>
    public override string ToString() => $"IssuedTokens({SessionId}, …)";
}
