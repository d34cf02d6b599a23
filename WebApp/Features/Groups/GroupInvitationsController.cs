using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using WebApp.Features.Sessions;
using WebApp.Platform.Pages;

namespace WebApp.Features.Groups;

/// <summary>Inviting to a group, again, and taking it back.</summary>
[Authorize]
[Route(GroupsController.Path + "/{id:guid}/invitations")]
public sealed class GroupInvitationsController(GroupInvitations invitations, GroupPages pages) : Controller
{
    private GroupActor Actor => GroupActor.Of(HttpContext);

    /// <summary>Invites. The answer is the same whether or not the address has an account.</summary>
    [HttpPost]
    public async Task<IActionResult> Invite(Guid id, InvitationForm form, CancellationToken cancel)
    {
        var result = await invitations.InviteAsync(Actor, id, form.Email, form.Role, cancel);
        if (result is GroupResult.Invalid or GroupResult.Conflict or GroupResult.TooMany)
        {
            ModelState.AddModelError(nameof(form.Email), GroupWords.Of(result));
            return await pages.FindAsync(User.UserId, id, cancel, invitation: form) is { } page ? View(GroupPages.View, page) : NotFound();
        }

        return Answer(id, result);
    }

    /// <summary>Sends one again.</summary>
    [HttpPost("{invitationId:guid}/resend")]
    public async Task<IActionResult> Resend(Guid id, Guid invitationId, CancellationToken cancel) =>
        Answer(id, await invitations.ResendAsync(Actor, id, invitationId, cancel));

    /// <summary>Takes one back.</summary>
    [HttpPost("{invitationId:guid}/revoke")]
    public async Task<IActionResult> Revoke(Guid id, Guid invitationId, CancellationToken cancel) =>
        Answer(id, await invitations.RevokeAsync(Actor, id, invitationId, cancel));

    private IActionResult Answer(Guid id, GroupResult result)
    {
        switch (result)
        {
            case GroupResult.NotFound:
                return NotFound();
            case GroupResult.Forbidden:
                return StatusCode(StatusCodes.Status403Forbidden);
            case GroupResult.Invited(var invitation):
                TempData.Notice = $"We have written to {invitation.Email}.";
                break;
            case GroupResult.Done:
                TempData.Notice = "The invitation is taken back.";
                break;
            default:
                TempData.Warning = GroupWords.Of(result);
                break;
        }

        return Redirect($"{GroupsController.Path}/{id}");
    }
}
