using WebApp.Platform.Data;

namespace WebApp.Features.Roles;

/// <summary>A role as it is listed.</summary>
/// <param name="Id">The role.</param>
/// <param name="Name">What it is called.</param>
/// <param name="Permissions">What it allows, sorted.</param>
/// <param name="Members">How many users have it.</param>
public sealed record RoleView(Guid Id, string Name, IReadOnlyList<string> Permissions, int Members)
{
    /// <summary>Whether it can be neither renamed nor deleted.</summary>
    public bool BuiltIn => Id == Role.UserId || Id == Role.AdminId;
}
