using System.ComponentModel.DataAnnotations;
using System.Diagnostics;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using WebApp.Features.SecondFactors.RecoveryCodes;
using WebApp.Features.Sessions;
using WebApp.Platform.Pages;

namespace WebApp.Features.SecondFactors.Totp;

/// <summary>The pages that add and remove an authenticator app. Opening the page changes nothing.</summary>
[Authorize]
[AllowWithoutSecondFactor]
[RequireStrongAuthentication(Page = Path)]
[Route(Path)]
public sealed class TotpController(TotpEnrolment enrolment, RecoveryCodeDownload download) : Controller
{
    private const string Path = "/account/mfa/totp";

    /// <summary>Shows the app that is on, the offered secret, or how to begin.</summary>
    [HttpGet]
    public async Task<IActionResult> Index(CancellationToken cancel) => await FormAsync(cancel);

    /// <summary>Offers a new secret.</summary>
    [HttpPost("begin")]
    public async Task<IActionResult> Begin(CancellationToken cancel)
    {
        await enrolment.BeginAsync(Caller.FromRequest(HttpContext), cancel);
        return RedirectToAction(nameof(Index));
    }

    /// <summary>Accepts the offered secret, and shows recovery codes if they were created.</summary>
    [HttpPost]
    public async Task<IActionResult> Index(TotpForm form, CancellationToken cancel)
    {
        switch (await enrolment.ConfirmAsync(Caller.FromRequest(HttpContext), form.Code, cancel))
        {
            case TotpConfirmation.TurnedOn(var codes):
                TempData.Notice = T("The authenticator app is on. Every other session has ended.");
                return codes is null ? Redirect("/account/mfa") : View("RecoveryCodeSheet", download.Offer(User.UserId, codes));
            case TotpConfirmation.NothingOffered:
                return RedirectToAction(nameof(Index));
            case TotpConfirmation.Refused(var reason):
                ModelState.AddModelError(nameof(form.Code), FactorMessages.For(reason));
                return await FormAsync(cancel);
            default:
                throw new UnreachableException();
        }
    }

    /// <summary>Removes the app.</summary>
    [HttpPost("remove")]
    public async Task<IActionResult> Remove(CancellationToken cancel)
    {
        if (await enrolment.RemoveAsync(Caller.FromRequest(HttpContext), cancel))
        {
            TempData.Notice = T("The authenticator app is removed. Every other session has ended.");
        }

        return Redirect("/account/mfa");
    }

    private async Task<ViewResult> FormAsync(CancellationToken cancel) => View(nameof(Index), new TotpForm
    {
        Since = await enrolment.SinceAsync(User.UserId, cancel),
        Offer = await enrolment.FindAsync(Caller.FromRequest(HttpContext), cancel),
    });
}

/// <summary>The form at <c>/account/mfa/totp</c>.</summary>
public sealed class TotpForm
{
    /// <summary>The code that the app shows.</summary>
    [Display(Name = "Code from the app")]
    public string? Code { get; init; }

    /// <summary>The offered secret, for the page.</summary>
    [BindNever]
    public TotpOffer? Offer { get; init; }

    /// <summary>When the app was added (UTC); null if there is none.</summary>
    [BindNever]
    public DateTimeOffset? Since { get; init; }
}
