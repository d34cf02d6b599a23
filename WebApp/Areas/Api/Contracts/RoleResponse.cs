using WebApp.Features.Roles;

namespace WebApp.Areas.Api.Contracts;

/// <summary>A role in <c>GET /admin/roles</c>, with how many users have it.</summary>
public sealed record RoleResponse(Guid Id, string Name, bool BuiltIn, IReadOnlyList<string> Permissions, int Members)
{
    /// <summary>A role as it goes over the wire.</summary>
    public static RoleResponse Of(RoleView view) => new(view.Id, view.Name, view.BuiltIn, view.Permissions, view.Members);
}
