namespace WebApp.Features.Roles;

/// <summary>Who administers roles.</summary>
/// <param name="UserId">The user.</param>
/// <param name="SessionId">Their session; null for an API token.</param>
/// <param name="Scopes">What an API token is limited to; null where there is no such limit.</param>
public sealed record RoleActor(Guid UserId, Guid? SessionId, IReadOnlyCollection<string>? Scopes = null);
