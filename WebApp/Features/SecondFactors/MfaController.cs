using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using WebApp.Features.Sessions;
using WebApp.Platform.Pages;

namespace WebApp.Features.SecondFactors;

/// <summary>Shows which second factors are on, and links to their pages.</summary>
[Authorize, ShownToOthers]
[AllowWithoutSecondFactor]
[Route("/account/mfa")]
public sealed class MfaController(SecondFactorService factors) : Controller
{
    /// <summary>The overview.</summary>
    [HttpGet]
    public async Task<IActionResult> Index(CancellationToken cancel) =>
        await factors.OverviewAsync(User.UserId, cancel) is { } overview ? View(overview) : NotFound();
}
