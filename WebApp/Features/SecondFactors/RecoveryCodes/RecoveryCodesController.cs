using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using WebApp.Features.Sessions;
using WebApp.Platform.Pages;

namespace WebApp.Features.SecondFactors.RecoveryCodes;

/// <summary>The pages that show how many recovery codes are left, create new ones, and download them.</summary>
[Authorize]
[AllowWithoutSecondFactor]
[Route(Path)]
public sealed class RecoveryCodesController(SecondFactorService factors, RecoveryCodeSheets sheets, RecoveryCodeDownload download) : Controller
{
    private const string Path = "/account/mfa/recovery-codes";

    /// <summary>How many are left.</summary>
    [HttpGet, RequireStrongAuthentication]
    public async Task<IActionResult> Index(CancellationToken cancel) =>
        await factors.OverviewAsync(User.UserId, cancel) is { } overview ? View(overview) : NotFound();

    /// <summary>Creates new codes and shows them once.</summary>
    [HttpPost, RequireStrongAuthentication(Page = Path)]
    public async Task<IActionResult> Renew(CancellationToken cancel)
    {
        if (await sheets.RenewAsync(Caller.FromRequest(HttpContext), cancel) is not { } sheet)
        {
            return RedirectToAction(nameof(Index));
        }

        TempData.Notice = T("You have new recovery codes. The old ones no longer work. Every other session has ended.");
        return View("RecoveryCodeSheet", download.Offer(User.UserId, sheet));
    }

    /// <summary>
    /// The codes that the page shows, as a file. It requires no recent authentication: a user who has the page has the codes, and losing them by waiting
    /// too long would be worse.
    /// </summary>
    [HttpPost("download")]
    public IActionResult Download(string? sheet) =>
        download.Open(User.UserId, sheet) is { } text ? File(text, "text/plain; charset=utf-8", RecoveryCodeDownload.FileName) : BadRequest();
}
