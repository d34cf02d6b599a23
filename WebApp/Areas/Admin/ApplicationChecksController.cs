using Microsoft.AspNetCore.Mvc;
using WebApp.Features.Applications;
using WebApp.Features.Roles;
using WebApp.Features.Sessions;
using WebApp.Platform.Users;

namespace WebApp.Areas.Admin;

/// <summary>Shows what an application would get. Whoever may not see users checks it for themselves only.</summary>
[Area("Admin"), Console, RequirePermission(Permission.ClientsWrite)]
[Route(ApplicationsController.Path + "/{clientId}/check")]
public sealed class ApplicationChecksController(ApplicationCheck check, UserSnapshots users) : Controller
{
    /// <summary>The check for the user with an address, and of an address that the application sends.</summary>
    [HttpGet]
    public async Task<IActionResult> Show(string clientId, string? email, string? address, CancellationToken cancel)
    {
        var self = await users.FindAsync(User.UserId, cancel);
        var maySeeUsers = self?.Permissions.Contains(Permission.UsersRead) == true;
        var userId = string.IsNullOrWhiteSpace(email) || !maySeeUsers ? User.UserId : await check.FindUserAsync(email, cancel);
        return await check.RunAsync(clientId, userId, string.IsNullOrWhiteSpace(address) ? null : address.Trim(), cancel) is { } found
            ? View(new ApplicationCheckPage(found, maySeeUsers, email, userId == User.UserId))
            : NotFound();
    }
}

/// <summary>The page of a check.</summary>
/// <param name="Found">What was found.</param>
/// <param name="MaySeeUsers">Whether the administrator may check it for others.</param>
/// <param name="Email">The address of the user, as typed.</param>
/// <param name="IsSelf">Whether it is for the administrator themself.</param>
public sealed record ApplicationCheckPage(CheckedApplication Found, bool MaySeeUsers, string? Email, bool IsSelf);
