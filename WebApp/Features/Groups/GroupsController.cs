using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using WebApp.Features.Sessions;
using WebApp.Platform.Pages;

namespace WebApp.Features.Groups;

/// <summary>The pages of the user's groups. A group that they are not in gives 404.</summary>
[Authorize, ShownToOthers]
[Route(Path)]
public sealed class GroupsController(GroupDirectory groups, GroupMembers members, GroupAnswers answers, GroupPages pages) : Controller
{
    /// <summary>The address of the list.</summary>
    public const string Path = "/account/groups";

    private GroupActor Actor => GroupActor.FromRequest(HttpContext);

    /// <summary>The user's groups, open invitations, and the form for a new group.</summary>
    [HttpGet]
    public Task<ViewResult> Index(CancellationToken cancel) => ShowAllAsync(new(), cancel);

    /// <summary>Creates a group.</summary>
    [HttpPost]
    public async Task<IActionResult> Create(GroupForm form, CancellationToken cancel)
    {
        switch (await groups.CreateAsync(Actor, form.Name, cancel))
        {
            case GroupResult.Saved(var group):
                return Redirect($"{Path}/{group.Id}");
            case var refused:
                ModelState.AddModelError(nameof(form.Name), GroupMessages.For(refused));
                return await ShowAllAsync(form, cancel);
        }
    }

    /// <summary>Shows a group.</summary>
    [HttpGet("{id:guid}")]
    public async Task<IActionResult> Show(Guid id, CancellationToken cancel) =>
        await pages.FindAsync(User.UserId, id, cancel) is { } page ? View(page) : NotFound();

    /// <summary>Renames a group.</summary>
    [HttpPost("{id:guid}/rename")]
    public async Task<IActionResult> Rename(Guid id, GroupForm form, CancellationToken cancel)
    {
        switch (await groups.RenameAsync(Actor, id, form.Name, cancel))
        {
            case GroupResult.Saved:
                TempData.Notice = T("The group is renamed.");
                return Redirect($"{Path}/{id}");
            case GroupResult.NotFound:
                return NotFound();
            case GroupResult.Forbidden:
                return StatusCode(StatusCodes.Status403Forbidden);
            case var refused:
                ModelState.AddModelError(nameof(form.Name), GroupMessages.For(refused));
                return await pages.FindAsync(User.UserId, id, cancel, name: form) is { } page ? View(nameof(Show), page) : NotFound();
        }
    }

    /// <summary>Asks for confirmation before deleting.</summary>
    [HttpGet("{id:guid}/delete"), RequireRecentAuthentication]
    public async Task<IActionResult> Delete(Guid id, CancellationToken cancel) =>
        await groups.FindAsync(User.UserId, id, cancel) switch
        {
            null => NotFound(),
            { Role: not GroupRole.Owner } => StatusCode(StatusCodes.Status403Forbidden),
            var group => View(group),
        };

    /// <summary>Deletes a group.</summary>
    [HttpPost("{id:guid}/delete"), RequireRecentAuthentication(Page = Path)]
    public async Task<IActionResult> DeleteNow(Guid id, CancellationToken cancel)
    {
        switch (await groups.DeleteAsync(Actor, id, cancel))
        {
            case GroupResult.Done:
                TempData.Notice = T("The group is deleted.");
                return Redirect(Path);
            case GroupResult.Forbidden:
                return StatusCode(StatusCodes.Status403Forbidden);
            default:
                return NotFound();
        }
    }

    /// <summary>Leaves a group.</summary>
    [HttpPost("{id:guid}/leave")]
    public async Task<IActionResult> Leave(Guid id, CancellationToken cancel)
    {
        switch (await members.RemoveAsync(Actor, id, User.UserId, cancel))
        {
            case GroupResult.Done:
                TempData.Notice = T("You have left the group.");
                return Redirect(Path);
            case GroupResult.NotFound:
                return NotFound();
            case var refused:
                TempData.Warning = GroupMessages.For(refused);
                return Redirect($"{Path}/{id}");
        }
    }

    private async Task<ViewResult> ShowAllAsync(GroupForm form, CancellationToken cancel) =>
        View(nameof(Index), new GroupsPage(await groups.ListAsync(User.UserId, cancel), await answers.ListAsync(User.UserId, cancel), form, new()));
}

/// <summary>The form for the name of a group.</summary>
public sealed class GroupForm
{
    /// <summary>The name.</summary>
    [Display(Name = "Name of the group")]
    public string? Name { get; init; }
}

/// <summary>The page <c>/account/groups</c>.</summary>
/// <param name="Groups">The user's groups.</param>
/// <param name="Invitations">The invitations that the user can answer.</param>
/// <param name="Form">The form for a new group.</param>
/// <param name="Answer">The form for a mailed code.</param>
public sealed record GroupsPage(IReadOnlyList<GroupView> Groups, IReadOnlyList<ReceivedInvitation> Invitations, GroupForm Form, AnswerForm Answer);

/// <summary>The actions of a group's owner and administrators on its members.</summary>
[Authorize]
[Route(GroupsController.Path + "/{id:guid}/members/{userId:guid}")]
public sealed class GroupMembersController(GroupMembers members, GroupPages pages) : Controller
{
    private GroupActor Actor => GroupActor.FromRequest(HttpContext);

    /// <summary>Makes a member an administrator, or an administrator a member.</summary>
    [HttpPost("role"), RequireRecentAuthentication(Page = GroupsController.Path)]
    public async Task<IActionResult> ChangeRole(Guid id, Guid userId, string? role, CancellationToken cancel) => role == GroupRole.Owner
        ? NotFound() // A change of owner has its own page, which asks for confirmation.
        : Answer(id, await members.ChangeRoleAsync(Actor, id, userId, role, cancel), T("The role is changed."));

    /// <summary>Asks for confirmation before the member becomes owner.</summary>
    [HttpGet("hand-over"), RequireRecentAuthentication]
    public async Task<IActionResult> HandOver(Guid id, Guid userId, CancellationToken cancel) =>
        await pages.FindAsync(User.UserId, id, cancel) switch
        {
            null => NotFound(),
            { Owns: false } => StatusCode(StatusCodes.Status403Forbidden),
            var page when page.Members.FirstOrDefault(m => m.UserId == userId && m.Role != GroupRole.Owner) is { } newOwner => View("/Views/Groups/HandOver.cshtml", (page.Group, newOwner)),
            _ => NotFound(),
        };

    /// <summary>Makes the member the owner.</summary>
    [HttpPost("hand-over"), RequireRecentAuthentication(Page = GroupsController.Path)]
    public async Task<IActionResult> HandOverNow(Guid id, Guid userId, CancellationToken cancel) => Answer(
        id, await members.ChangeRoleAsync(Actor, id, userId, GroupRole.Owner, cancel), T("The group is handed over. You are one of its administrators from now on."));

    /// <summary>Removes a member.</summary>
    [HttpPost("remove")]
    public async Task<IActionResult> Remove(Guid id, Guid userId, CancellationToken cancel) =>
        Answer(id, await members.RemoveAsync(Actor, id, userId, cancel), T("They are no longer in the group, and get an email."));

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
                TempData.Warning = GroupMessages.For(result);
                break;
        }

        return Redirect($"{GroupsController.Path}/{id}");
    }
}
