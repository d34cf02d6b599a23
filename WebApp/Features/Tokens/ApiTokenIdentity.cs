namespace WebApp.Features.Tokens;

/// <summary>A good API token, as it is kept in memory between calls.</summary>
/// <param name="Id">The token.</param>
/// <param name="UserId">Whose.</param>
/// <param name="Scopes">What it may do.</param>
/// <param name="CreatedAt">When it was made (UTC).</param>
/// <param name="ExpiresAt">When it ends (UTC); null: when it is revoked.</param>
public sealed record ApiTokenIdentity(Guid Id, Guid UserId, string[] Scopes, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt);
