using Microsoft.AspNetCore.Mvc;
using WebApp.Features.Accounts.Administration;
using WebApp.Features.Roles;
using WebApp.Features.Sessions;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Users;

namespace WebApp.Areas.Admin;

/// <summary>Which roles somebody has.</summary>
[Area("Admin"), Console, RequirePermission(Permission.UsersRead), RequirePermission(Permission.RolesWrite)]
[Route(UsersController.Path + "/{id:guid}/roles")]
public sealed class UserRolesController(UserSearch users, RoleDirectory roles, RoleAssignment assignment) : Controller
{
    /// <summary>The form.</summary>
    [HttpGet, RequireRecentAuthentication]
    public async Task<IActionResult> Edit(Guid id, CancellationToken cancel) =>
        await users.FindAsync(id, cancel) is { } user ? View((user, await roles.ListAsync(cancel))) : NotFound();

    /// <summary>Gives exactly these, and <c>user</c>.</summary>
    [HttpPost, RequireRecentAuthentication(PostsToItsPage = true)]
    public async Task<IActionResult> Save(Guid id, string[]? roles, CancellationToken cancel) => this.Answer(
        await assignment.AssignAsync(HttpContext.Actor, id, roles ?? [], ClientInfo.Of(HttpContext), cancel), $"{UsersController.Path}/{id}", "The roles are changed.");
}
