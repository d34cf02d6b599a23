using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using WebApp.Features.Sessions;
using WebApp.Platform.Pages;
using WebApp.Platform.Users;

namespace WebApp.Features.Groups;

/// <summary>
/// The pages for answering an invitation: by the mailed link, its code, or from the list. Opening a page changes nothing: mail scanners open links too.
/// </summary>
[Route("/invitations")]
public sealed class InvitationsController(GroupAnswers answers, GroupDirectory groups, UserSnapshots users) : Controller
{
    /// <summary>The page of the mailed link. A visitor gets links for signing in and registering, and returns here afterwards.</summary>
    [HttpGet]
    public async Task<IActionResult> Index(string? token, CancellationToken cancel)
    {
        var isSignedIn = User.Identity is { IsAuthenticated: true };
        if (string.IsNullOrEmpty(token) && isSignedIn)
        {
            return Redirect(GroupsController.Path);
        }

        var page = new InvitationPage(
            token,
            string.IsNullOrEmpty(token) ? null : await answers.FindAsync(token, cancel),
            isSignedIn ? (await users.FindAsync(User.UserId, cancel))?.Email : null);
        if (page.Invitation is not null && !isSignedIn)
        {
            (TempData.TypedEmail, TempData.Destination) = (page.Invitation.Email, page.Path);
        }

        return View(page);
    }

    /// <summary>Accepts.</summary>
    [HttpPost("accept"), Authorize]
    public async Task<IActionResult> Accept(AnswerForm form, CancellationToken cancel)
    {
        if (form.Proof is not { } proof)
        {
            return await RefuseCodeAsync(form, T("Enter the code from the email."), cancel);
        }

        switch (await answers.AcceptAsync(GroupActor.FromRequest(HttpContext), proof, cancel))
        {
            case GroupResult.Saved(var group):
                TempData.Notice = T("You are in {0} now.", group.Name);
                return Redirect($"{GroupsController.Path}/{group.Id}");
            case GroupResult.NotProven when proof is InvitationProof.ByCode:
                return await RefuseCodeAsync(form, T("This is not the code of an invitation to your address, or it is too old."), cancel);
            case var refused:
                TempData.Warning = GroupMessages.For(refused);
                return Redirect(GroupsController.Path);
        }
    }

    /// <summary>Declines.</summary>
    [HttpPost("decline"), Authorize]
    public async Task<IActionResult> Decline(AnswerForm form, CancellationToken cancel)
    {
        if (form.Proof is { } proof && await answers.DeclineAsync(GroupActor.FromRequest(HttpContext), proof, cancel) is GroupResult.Done)
        {
            TempData.Notice = T("The invitation is declined.");
        }
        else
        {
            TempData.Warning = GroupMessages.For(new GroupResult.NotProven());
        }

        return Redirect(GroupsController.Path);
    }

    private async Task<ViewResult> RefuseCodeAsync(AnswerForm form, string why, CancellationToken cancel)
    {
        ModelState.AddModelError(nameof(form.Code), why);
        return View(
            "/Views/Groups/Index.cshtml",
            new GroupsPage(await groups.ListAsync(User.UserId, cancel), await answers.ListAsync(User.UserId, cancel), new(), new() { Code = form.Code }));
    }
}

/// <summary>An answer to an invitation: by its link, by its code, or from the list. The text form hides both.</summary>
public sealed class AnswerForm
{
    /// <summary>The link's token.</summary>
    public string? Token { get; init; }

    /// <summary>The code from the mail.</summary>
    [Display(Name = "Code from the mail")]
    public string? Code { get; init; }

    /// <summary>The invitation in the list.</summary>
    public Guid? Id { get; init; }

    /// <summary>What was given; null if nothing was.</summary>
    public InvitationProof? Proof => this switch
    {
        { Token.Length: > 0 } => new InvitationProof.ByToken(Token),
        { Id: { } id } => new InvitationProof.ById(id),
        { Code: { } code } when !string.IsNullOrWhiteSpace(code) => new InvitationProof.ByCode(code),
        _ => null,
    };

    /// <inheritdoc/>
    public override string ToString() => "AnswerForm(…)";
}

/// <summary>The actions for inviting to a group, sending again, and revoking.</summary>
[Authorize]
[Route(GroupsController.Path + "/{id:guid}/invitations")]
public sealed class GroupInvitationsController(GroupInvitations invitations, GroupPages pages) : Controller
{
    private GroupActor Actor => GroupActor.FromRequest(HttpContext);

    /// <summary>Sends an invitation. The answer is the same whether or not the address has an account.</summary>
    [HttpPost]
    public async Task<IActionResult> Invite(Guid id, InvitationForm form, CancellationToken cancel)
    {
        var result = await invitations.InviteAsync(Actor, id, form.Email, form.Role, cancel);
        if (result is GroupResult.Invalid or GroupResult.Conflict or GroupResult.TooMany)
        {
            ModelState.AddModelError(nameof(form.Email), GroupMessages.For(result));
            return await pages.FindAsync(User.UserId, id, cancel, invitation: form) is { } page ? View(GroupPages.View, page) : NotFound();
        }

        return Answer(id, result);
    }

    /// <summary>Sends an invitation again.</summary>
    [HttpPost("{invitationId:guid}/resend")]
    public async Task<IActionResult> Resend(Guid id, Guid invitationId, CancellationToken cancel) =>
        Answer(id, await invitations.ResendAsync(Actor, id, invitationId, cancel));

    /// <summary>Revokes an invitation.</summary>
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
                TempData.Notice = T("We sent an email to {0}.", invitation.Email);
                break;
            case GroupResult.Done:
                TempData.Notice = T("The invitation is withdrawn.");
                break;
            default:
                TempData.Warning = GroupMessages.For(result);
                break;
        }

        return Redirect($"{GroupsController.Path}/{id}");
    }
}
