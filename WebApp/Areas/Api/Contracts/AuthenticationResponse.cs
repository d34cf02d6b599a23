namespace WebApp.Areas.Api.Contracts;

/// <summary>How the caller of <c>GET /me</c> is authenticated. Times are UTC.</summary>
/// <param name="Kind"><c>access_token</c> or <c>api_token</c>.</param>
/// <param name="SessionId">The session the token derives from; null for an API token.</param>
/// <param name="Amr">RFC 8176 values.</param>
/// <param name="AuthenticatedAt">When the user last proved who they are; for an API token, when it was made.</param>
/// <param name="ExpiresAt">When the token runs out; null for an API token without end.</param>
public sealed record AuthenticationResponse(string Kind, Guid? SessionId, IReadOnlyList<string> Amr, DateTimeOffset AuthenticatedAt, DateTimeOffset? ExpiresAt);
