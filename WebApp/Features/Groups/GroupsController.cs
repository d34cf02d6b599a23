using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using WebApp.Features.Sessions;
using WebApp.Platform.Pages;

namespace WebApp.Features.Groups;

/// <summary>The user's groups, and each of them. One they are not in is not there.</summary>
[Authorize, ShownToOthers]
[Route(Path)]
public sealed class GroupsController(GroupDirectory groups, GroupMembers members, GroupAnswers answers, GroupPages pages) : Controller
{
    /// <summary>Where they are.</summary>
    public const string Path = "/account/groups";

    private GroupActor Actor => GroupActor.Of(HttpContext);

    /// <summary>The list, what one is invited to, and the form for a new one.</summary>
    [HttpGet]
    public Task<ViewResult> Index(CancellationToken cancel) => ShowAllAsync(new(), cancel);

    /// <summary>Makes one.</summary>
    [HttpPost]
    public async Task<IActionResult> Create(GroupForm form, CancellationToken cancel)
    {
        switch (await groups.CreateAsync(Actor, form.Name, cancel))
        {
            case GroupResult.Saved(var group):
                return Redirect($"{Path}/{group.Id}");
            case var refused:
                ModelState.AddModelError(nameof(form.Name), GroupWords.Of(refused));
                return await ShowAllAsync(form, cancel);
        }
    }

    /// <summary>One of them.</summary>
    [HttpGet("{id:guid}")]
    public async Task<IActionResult> Show(Guid id, CancellationToken cancel) =>
        await pages.FindAsync(User.UserId, id, cancel) is { } page ? View(page) : NotFound();

    /// <summary>Renames it.</summary>
    [HttpPost("{id:guid}/rename")]
    public async Task<IActionResult> Rename(Guid id, GroupForm form, CancellationToken cancel)
    {
        switch (await groups.RenameAsync(Actor, id, form.Name, cancel))
        {
            case GroupResult.Saved:
                TempData.Notice = "The group is renamed.";
                return Redirect($"{Path}/{id}");
            case GroupResult.NotFound:
                return NotFound();
            case GroupResult.Forbidden:
                return StatusCode(StatusCodes.Status403Forbidden);
            case var refused:
                ModelState.AddModelError(nameof(form.Name), GroupWords.Of(refused));
                return await pages.FindAsync(User.UserId, id, cancel, name: form) is { } page ? View(nameof(Show), page) : NotFound();
        }
    }

    /// <summary>Asks before it deletes it.</summary>
    [HttpGet("{id:guid}/delete"), RequireRecentAuthentication]
    public async Task<IActionResult> Delete(Guid id, CancellationToken cancel) =>
        await groups.FindAsync(User.UserId, id, cancel) switch
        {
            null => NotFound(),
            { Role: not GroupRole.Owner } => StatusCode(StatusCodes.Status403Forbidden),
            var group => View(group),
        };

    /// <summary>Deletes it.</summary>
    [HttpPost("{id:guid}/delete"), RequireRecentAuthentication(Page = Path)]
    public async Task<IActionResult> DeleteNow(Guid id, CancellationToken cancel)
    {
        switch (await groups.DeleteAsync(Actor, id, cancel))
        {
            case GroupResult.Done:
                TempData.Notice = "The group is deleted.";
                return Redirect(Path);
            case GroupResult.Forbidden:
                return StatusCode(StatusCodes.Status403Forbidden);
            default:
                return NotFound();
        }
    }

    /// <summary>Leaves it.</summary>
    [HttpPost("{id:guid}/leave")]
    public async Task<IActionResult> Leave(Guid id, CancellationToken cancel)
    {
        switch (await members.RemoveAsync(Actor, id, User.UserId, cancel))
        {
            case GroupResult.Done:
                TempData.Notice = "You have left the group.";
                return Redirect(Path);
            case GroupResult.NotFound:
                return NotFound();
            case var refused:
                TempData.Warning = GroupWords.Of(refused);
                return Redirect($"{Path}/{id}");
        }
    }

    private async Task<ViewResult> ShowAllAsync(GroupForm form, CancellationToken cancel) =>
        View(nameof(Index), new GroupsPage(await groups.ListAsync(User.UserId, cancel), await answers.ListAsync(User.UserId, cancel), form, new()));
}

/// <summary>The form that names a group.</summary>
public sealed class GroupForm
{
    /// <summary>What it is called.</summary>
    [Display(Name = "Name of the group")]
    public string? Name { get; init; }
}

/// <summary>What <c>/account/groups</c> shows.</summary>
/// <param name="Groups">The user's groups.</param>
/// <param name="Invitations">Invitations that wait for their answer.</param>
/// <param name="Form">The form for a new one.</param>
/// <param name="Answer">The form for a mailed code.</param>
public sealed record GroupsPage(IReadOnlyList<GroupView> Groups, IReadOnlyList<ReceivedInvitation> Invitations, GroupForm Form, AnswerForm Answer);
