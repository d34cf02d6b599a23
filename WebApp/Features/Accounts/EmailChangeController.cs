using System.ComponentModel.DataAnnotations;
using System.Diagnostics;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using WebApp.Features.Sessions;
using WebApp.Platform.Http;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Pages;

namespace WebApp.Features.Accounts;

/// <summary>Asking for another address.</summary>
[Authorize, ShownToOthers]
[RequireRecentAuthentication(Page = Path)]
[Route(Path)]
public sealed class EmailChangeController(EmailChange change) : Controller
{
    private const string Path = "/account/email";

    /// <summary>The address, and the form for another.</summary>
    [HttpGet]
    public Task<IActionResult> Index(CancellationToken cancel) => ShowAsync(new(), cancel);

    /// <summary>Sends the confirmation. A taken address goes on to the same page as a free one.</summary>
    [HttpPost]
    public async Task<IActionResult> Index(EmailChangeForm form, CancellationToken cancel)
    {
        switch (await change.RequestAsync(User.UserId, User.SessionId!.Value, form.Email, ClientInfo.Of(HttpContext), cancel))
        {
            case EmailChangeResult.MailSent:
                return Redirect("/confirm-email-change");
            case EmailChangeResult.Invalid(var errors):
                ModelState.Add(errors);
                return await ShowAsync(form, cancel);
            case EmailChangeResult.TooMany(var wait):
                ModelState.AddModelError("", Waiting.Refuse(Response, wait));
                return await ShowAsync(form, cancel);
            default:
                throw new UnreachableException();
        }
    }

    private async Task<IActionResult> ShowAsync(EmailChangeForm form, CancellationToken cancel)
    {
        (form.Current, form.Awaited) = await change.StateAsync(User.UserId, cancel);
        return View(nameof(Index), form);
    }
}

/// <summary>The form at <c>/account/email</c>.</summary>
public sealed class EmailChangeForm
{
    /// <summary>The address wanted.</summary>
    [Display(Name = "New e-mail address")]
    public string? Email { get; init; }

    /// <summary>The address so far; for the page alone.</summary>
    public string Current { get; set; } = "";

    /// <summary>The address that waits to be confirmed; for the page alone.</summary>
    public string? Awaited { get; set; }
}
