namespace WebApp.Areas.Api.Contracts;

/// <summary>Body of <c>POST /admin/roles</c> and <c>PUT /admin/roles/{id}</c>.</summary>
/// <param name="Name">What the role is called.</param>
/// <param name="Permissions">Exactly what it allows; left out: nothing.</param>
public sealed record RoleRequest(string Name, string[]? Permissions);
