using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using WebApp.Features.Sessions;
using WebApp.Platform.Pages;

namespace WebApp.Features.Groups;

/// <summary>What a group's owner and administrators do with its members.</summary>
[Authorize]
[Route(GroupsController.Path + "/{id:guid}/members/{userId:guid}")]
public sealed class GroupMembersController(GroupMembers members, GroupPages pages) : Controller
{
    private GroupActor Actor => GroupActor.Of(HttpContext);

    /// <summary>Makes a member an administrator, or the other way round.</summary>
    [HttpPost("role"), RequireRecentAuthentication(Page = GroupsController.Path)]
    public async Task<IActionResult> ChangeRole(Guid id, Guid userId, string? role, CancellationToken cancel) => role == GroupRole.Owner
        ? NotFound() // Handing over has a page that asks first.
        : Answer(id, await members.ChangeRoleAsync(Actor, id, userId, role, cancel), "The role is changed.");

    /// <summary>Asks before it hands the group over.</summary>
    [HttpGet("hand-over"), RequireRecentAuthentication]
    public async Task<IActionResult> HandOver(Guid id, Guid userId, CancellationToken cancel) =>
        await pages.FindAsync(User.UserId, id, cancel) switch
        {
            null => NotFound(),
            { Owns: false } => StatusCode(StatusCodes.Status403Forbidden),
            var page when page.Members.FirstOrDefault(m => m.UserId == userId && m.Role != GroupRole.Owner) is { } heir => View("/Views/Groups/HandOver.cshtml", (page.Group, heir)),
            _ => NotFound(),
        };

    /// <summary>Hands the group over.</summary>
    [HttpPost("hand-over"), RequireRecentAuthentication(Page = GroupsController.Path)]
    public async Task<IActionResult> HandOverNow(Guid id, Guid userId, CancellationToken cancel) => Answer(
        id, await members.ChangeRoleAsync(Actor, id, userId, GroupRole.Owner, cancel), "The group is handed over. You are one of its administrators from now on.");

    /// <summary>Removes a member.</summary>
    [HttpPost("remove")]
    public async Task<IActionResult> Remove(Guid id, Guid userId, CancellationToken cancel) =>
        Answer(id, await members.RemoveAsync(Actor, id, userId, cancel), "They are no longer in the group, and are told by mail.");

    private IActionResult Answer(Guid id, GroupResult result, string done)
    {
        switch (result)
        {
            case GroupResult.NotFound:
                return NotFound();
            case GroupResult.Forbidden:
                return StatusCode(StatusCodes.Status403Forbidden);
            case GroupResult.Done or GroupResult.Changed:
                TempData.Notice = done;
                break;
            default:
                TempData.Warning = GroupWords.Of(result);
                break;
        }

        return Redirect($"{GroupsController.Path}/{id}");
    }
}
