using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Mvc;
using WebApp.Features.Sessions;
using WebApp.Features.Verification;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Pages;

namespace WebApp.Features.Accounts;

/// <summary>Confirming another address, by link anywhere or by code where one is signed in. Opening a page changes nothing.</summary>
[Route("/confirm-email-change")]
public sealed class EmailChangeConfirmationController(EmailChange change) : Controller
{
    private bool IsSignedIn => User.Identity is { IsAuthenticated: true };

    /// <summary>With a token, a button; without, the field for the code.</summary>
    [HttpGet]
    public async Task<IActionResult> Index(string? token, CancellationToken cancel) =>
        token is null && !IsSignedIn ? Challenge() : await ShowAsync(new() { Token = token }, cancel);

    /// <summary>Moves the account to its new address.</summary>
    [HttpPost]
    public async Task<IActionResult> Index(EmailChangeConfirmationForm form, CancellationToken cancel)
    {
        var proof = await ProofAsync(form, cancel);
        if (proof is not null && await change.ConfirmAsync(proof, ClientInfo.Of(HttpContext), cancel) is { } address)
        {
            TempData.Notice = $"Your address is {address} from now on. Your other sessions have ended.";
            return Redirect(IsSignedIn ? "/account/email" : "/login");
        }

        ModelState.Clear();
        ModelState.Add(MailProof.Refuse(form.Token, "known", form.Code, "Ask for a new one in your account."));
        return await ShowAsync(new() { Code = form.Code }, cancel);
    }

    // The code is looked up by the account's own address: signed in, there is no need to type it.
    private async Task<SecretProof?> ProofAsync(EmailChangeConfirmationForm form, CancellationToken cancel) =>
        MailProof.Of(form.Token, IsSignedIn ? (await change.StateAsync(User.UserId, cancel)).Current : null, form.Code);

    private async Task<IActionResult> ShowAsync(EmailChangeConfirmationForm form, CancellationToken cancel)
    {
        form.Awaited = IsSignedIn ? (await change.StateAsync(User.UserId, cancel)).Awaited : null;
        return View(nameof(Index), form);
    }
}

/// <summary>The form at <c>/confirm-email-change</c>: the token of the mailed link or, while signed in, the mailed code.</summary>
public sealed class EmailChangeConfirmationForm
{
    /// <summary>The link's token.</summary>
    public string? Token { get; init; }

    /// <summary>The code from the mail.</summary>
    [Display(Name = "Code from the mail")]
    public string? Code { get; init; }

    /// <summary>The address that waits to be confirmed; for the page alone.</summary>
    public string? Awaited { get; set; }
}
