namespace WebApp.Areas.Api.Contracts;

/// <summary>How the caller of <c>GET /me</c> is authenticated. Times are UTC, and are <c>DateTime</c> because that is written with a <c>Z</c> as it is.</summary>
/// <param name="Kind"><c>access_token</c> or <c>api_token</c>.</param>
/// <param name="SessionId">The session the token derives from.</param>
/// <param name="Amr">RFC 8176 values.</param>
/// <param name="AuthenticatedAt">When the user last proved who they are.</param>
/// <param name="ExpiresAt">When the token runs out.</param>
public sealed record AuthenticationResponse(string Kind, Guid? SessionId, IReadOnlyList<string> Amr, DateTime AuthenticatedAt, DateTime ExpiresAt);
