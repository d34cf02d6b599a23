namespace WebApp.Features.Tokens;

/// <summary>What a refresh token says. The same claims always give the same token, byte for byte. Times are kept in whole seconds.</summary>
/// <param name="Subject"><c>sub</c>: the user.</param>
/// <param name="SessionId"><c>sid</c>: the session.</param>
/// <param name="Sequence"><c>seq</c>: its number in the session.</param>
/// <param name="IssuedAt"><c>iat</c> (UTC): the instant of the rotation. Decides the key.</param>
/// <param name="ExpiresAt"><c>exp</c> (UTC).</param>
public sealed record RefreshTokenClaims(Guid Subject, Guid SessionId, int Sequence, DateTimeOffset IssuedAt, DateTimeOffset ExpiresAt);
