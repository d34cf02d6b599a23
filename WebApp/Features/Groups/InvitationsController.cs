using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using WebApp.Features.Sessions;
using WebApp.Platform.Pages;
using WebApp.Platform.Users;

namespace WebApp.Features.Groups;

/// <summary>Answering an invitation: by the mailed link, its code, or from the list. Opening a page changes nothing: mail scanners open links too.</summary>
[Route("/invitations")]
public sealed class InvitationsController(GroupAnswers answers, GroupDirectory groups, UserSnapshots users) : Controller
{
    /// <summary>Where the mailed link leads. A visitor is shown the ways in, and finds back here once signed in.</summary>
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
            return await RefuseCodeAsync(form, "Type the code from the mail.", cancel);
        }

        switch (await answers.AcceptAsync(GroupActor.Of(HttpContext), proof, cancel))
        {
            case GroupResult.Saved(var group):
                TempData.Notice = $"You are in {group.Name} now.";
                return Redirect($"{GroupsController.Path}/{group.Id}");
            case GroupResult.NotProven when proof is InvitationProof.ByCode:
                return await RefuseCodeAsync(form, "This is not the code of an invitation to your address, or it is too old.", cancel);
            case var refused:
                TempData.Warning = GroupWords.Of(refused);
                return Redirect(GroupsController.Path);
        }
    }

    /// <summary>Declines.</summary>
    [HttpPost("decline"), Authorize]
    public async Task<IActionResult> Decline(AnswerForm form, CancellationToken cancel)
    {
        if (form.Proof is { } proof && await answers.DeclineAsync(GroupActor.Of(HttpContext), proof, cancel) is GroupResult.Done)
        {
            TempData.Notice = "The invitation is declined.";
        }
        else
        {
            TempData.Warning = GroupWords.Of(new GroupResult.NotProven());
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

/// <summary>An answer to an invitation: to the link's, the code's, or one of the list. Refuses to print.</summary>
public sealed class AnswerForm
{
    /// <summary>The link's token.</summary>
    public string? Token { get; init; }

    /// <summary>The code from the mail.</summary>
    [Display(Name = "Code from the mail")]
    public string? Code { get; init; }

    /// <summary>The one in the list.</summary>
    public Guid? Id { get; init; }

    /// <summary>What was given; null where nothing was.</summary>
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
