using System.ComponentModel.DataAnnotations;
using System.Diagnostics;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using WebApp.Features.Sessions;
using WebApp.Features.Verification;
using WebApp.Platform.Http;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Pages;

namespace WebApp.Features.Accounts;

/// <summary>The page that requests another address.</summary>
[Authorize, ShownToOthers]
[RequireRecentAuthentication(Page = Path)]
[Route(Path)]
public sealed class EmailChangeController(EmailChange change) : Controller
{
    private const string Path = "/account/email";

    /// <summary>The current address, and the form for another.</summary>
    [HttpGet]
    public Task<IActionResult> Index(CancellationToken cancel) => ShowAsync(new(), cancel);

    /// <summary>Sends the confirmation. A taken address gets the same answer as a free one.</summary>
    [HttpPost]
    public async Task<IActionResult> Index(EmailChangeForm form, CancellationToken cancel)
    {
        var (_, awaited) = await change.StateAsync(User.UserId, cancel);
        switch (await change.RequestAsync(User.UserId, User.SessionId!.Value, form.Email, ClientInfo.FromRequest(HttpContext), cancel))
        {
            case EmailChangeResult.MailSent(var address):
                TempData.Notice = awaited?.Address == address ? T("We sent another email. The one before works as well.") : null;
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
        (form.Current, var awaited) = await change.StateAsync(User.UserId, cancel);
        form.Awaited = awaited?.Address;
        return View(nameof(Index), form);
    }
}

/// <summary>The form at <c>/account/email</c>.</summary>
public sealed class EmailChangeForm
{
    /// <summary>The new address.</summary>
    [Display(Name = "New email address")]
    public string? Email { get; init; }

    /// <summary>The current address; only for the page.</summary>
    public string Current { get; set; } = "";

    /// <summary>The address that awaits confirmation; only for the page.</summary>
    public string? Awaited { get; set; }
}

/// <summary>The page that confirms another address, by link anywhere or by code when signed in. Opening the page changes nothing.</summary>
[Route("/confirm-email-change")]
public sealed class EmailChangeConfirmationController(EmailChange change) : Controller
{
    private bool IsSignedIn => User.Identity is { IsAuthenticated: true };

    /// <summary>With a token, shows a button; without, the field for the code.</summary>
    [HttpGet]
    public async Task<IActionResult> Index(string? token, CancellationToken cancel) =>
        token is null && !IsSignedIn ? Challenge() : await ShowAsync(new() { Token = token }, cancel);

    /// <summary>Changes the account's address.</summary>
    [HttpPost]
    public async Task<IActionResult> Index(EmailChangeConfirmationForm form, CancellationToken cancel)
    {
        var proof = await ProofAsync(form, cancel);
        if (proof is not null && await change.ConfirmAsync(proof, ClientInfo.FromRequest(HttpContext), cancel) is { } address)
        {
            TempData.Notice = T("Your address is {0} from now on. Your other sessions have ended.", address);
            return Redirect(IsSignedIn ? "/account/email" : "/login");
        }

        ModelState.Clear();
        ModelState.Add(MailProof.Refuse(form.Token, "known", form.Code, T("Ask for a new one in your account.")));
        return await ShowAsync(new() { Code = form.Code }, cancel);
    }

    // The code is looked up by the account's own address, so signed-in users need not type it.
    private async Task<SecretProof?> ProofAsync(EmailChangeConfirmationForm form, CancellationToken cancel) =>
        MailProof.Read(form.Token, IsSignedIn ? (await change.StateAsync(User.UserId, cancel)).Current : null, form.Code);

    private async Task<IActionResult> ShowAsync(EmailChangeConfirmationForm form, CancellationToken cancel)
    {
        form.Awaited = IsSignedIn ? (await change.StateAsync(User.UserId, cancel)).Awaited : null;
        return View(nameof(Index), form);
    }
}

/// <summary>The form at <c>/confirm-email-change</c>: the token of the mailed link or, when signed in, the mailed code.</summary>
public sealed class EmailChangeConfirmationForm
{
    /// <summary>The link's token.</summary>
    public string? Token { get; init; }

    /// <summary>The code from the mail.</summary>
    [Display(Name = "Code from the mail")]
    public string? Code { get; init; }

    /// <summary>The address that awaits confirmation; only for the page.</summary>
    public AwaitedAddress? Awaited { get; set; }
}
