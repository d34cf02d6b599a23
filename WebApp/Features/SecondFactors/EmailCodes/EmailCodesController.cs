using System.Diagnostics;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using WebApp.Features.SecondFactors.RecoveryCodes;
using WebApp.Features.Sessions;
using WebApp.Platform.Pages;

namespace WebApp.Features.SecondFactors.EmailCodes;

/// <summary>The pages that turn mailed codes on and off.</summary>
[Authorize]
[AllowWithoutSecondFactor]
[Route(Path)]
public sealed class EmailCodesController(SecondFactorService factors, EmailCodeEnrolment enrolment, RecoveryCodeDownload download) : Controller
{
    private const string Path = "/account/mfa/email";

    /// <summary>The explanation, and the button.</summary>
    [HttpGet, RequireRecentAuthentication(Page = Path)]
    public async Task<IActionResult> Index(CancellationToken cancel) =>
        await factors.OverviewAsync(User.UserId, cancel) is { } overview ? View(overview) : NotFound();

    /// <summary>Turns them on, and shows recovery codes if they were created.</summary>
    [HttpPost, RequireStrongAuthentication(Page = Path)]
    public async Task<IActionResult> TurnOn(CancellationToken cancel)
    {
        switch (await enrolment.TurnOnAsync(Caller.FromRequest(HttpContext), cancel))
        {
            case EmailCodesResult.TurnedOn(var codes):
                TempData.Notice = T("Codes by email are on. Every other session has ended.");
                return codes is null ? Redirect("/account/mfa") : View("RecoveryCodeSheet", download.Offer(User.UserId, codes));
            case EmailCodesResult.AlreadyOn or EmailCodesResult.AddressNotConfirmed or EmailCodesResult.NotOffered:
                return RedirectToAction(nameof(Index)); // The page shows which case applies.
            default:
                throw new UnreachableException();
        }
    }

    /// <summary>Turns them off.</summary>
    [HttpPost("remove"), RequireRecentAuthentication(Page = Path)]
    public async Task<IActionResult> TurnOff(CancellationToken cancel)
    {
        if (await enrolment.TurnOffAsync(Caller.FromRequest(HttpContext), cancel))
        {
            TempData.Notice = T("Codes by email are off. Every other session has ended.");
        }

        return Redirect("/account/mfa");
    }
}
