using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using WebApp.Hosting;
using WebApp.Sessions;

namespace WebApp.Mfa;

/// <summary>Which second factors are on, and where each is changed.</summary>
[Authorize, ShownToOthers]
[AllowWithoutSecondFactor]
[Route("/account/mfa")]
public sealed class MfaController(SecondFactors factors) : Controller
{
    /// <summary>The overview.</summary>
    [HttpGet]
    public async Task<IActionResult> Index(CancellationToken cancel) =>
        await factors.OverviewAsync(User.UserId, cancel) is { } overview ? View(overview) : NotFound();
}
