using Microsoft.AspNetCore.Mvc;
using WebApp.Features.Verification;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Pages;

namespace WebApp.Features.Accounts;

/// <summary>The pages of the links that recover an account without signing in. Opening a page shows what the button does; only the button does it.</summary>
public sealed class AccountRecoveryController(AccountRecovery recovery) : Controller
{
    /// <summary>Explains what “this was not me” does.</summary>
    [HttpGet("/not-me")]
    public IActionResult NotMe(string? token) => View(new AccountRecoveryForm { Token = token });

    /// <summary>Does it.</summary>
    [HttpPost("/not-me")]
    public Task<IActionResult> NotMe(AccountRecoveryForm form, CancellationToken cancel) => ActAsync(SecretPurpose.NotMe, form, cancel);

    /// <summary>Explains what undoing a change of address does.</summary>
    [HttpGet("/undo-email-change")]
    public IActionResult UndoEmailChange(string? token) => View(new AccountRecoveryForm { Token = token });

    /// <summary>Does it.</summary>
    [HttpPost("/undo-email-change")]
    public Task<IActionResult> UndoEmailChange(AccountRecoveryForm form, CancellationToken cancel) => ActAsync(SecretPurpose.UndoEmailChange, form, cancel);

    private async Task<IActionResult> ActAsync(string purpose, AccountRecoveryForm form, CancellationToken cancel)
    {
        if (await recovery.ActAsync(purpose, form.Token, ClientInfo.FromRequest(HttpContext), cancel) is not { } address)
        {
            ModelState.Clear();
            ModelState.AddModelError("", T("This link was used already or has expired. If your account is not in your hands, ask for a new password below."));
            return View(new AccountRecoveryForm());
        }

        TempData.TypedEmail = address;
        TempData.Notice = T("Everything is signed out, and your old password no longer works. Choose a new one now.");
        return Redirect("/reset-password");
    }
}

/// <summary>The forms at <c>/not-me</c> and <c>/undo-email-change</c>.</summary>
public sealed class AccountRecoveryForm
{
    /// <summary>The link's token.</summary>
    public string? Token { get; init; }
}
