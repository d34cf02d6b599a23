namespace WebApp.Areas.Api.Contracts;

/// <summary>Body of <c>PUT /admin/users/{id}/roles</c>.</summary>
/// <param name="Roles">Exactly these, by name; <c>user</c> needs no mention.</param>
public sealed record UserRolesRequest(string[] Roles);
