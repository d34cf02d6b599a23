namespace WebApp.Areas.Api.Contracts;

/// <summary>A user's roles, sorted.</summary>
public sealed record UserRolesResponse(IReadOnlyList<string> Roles);
