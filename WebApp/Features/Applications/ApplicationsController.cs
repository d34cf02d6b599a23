using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using WebApp.Features.Sessions;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Pages;

namespace WebApp.Features.Applications;

/// <summary>The page with the applications that the user has entered, and what they may see.</summary>
[Authorize, ShownToOthers]
[Route(Path)]
public sealed class ApplicationsController(ApplicationConsents consents) : Controller
{
    private const string Path = "/account/applications";

    /// <summary>The list.</summary>
    [HttpGet]
    public async Task<ViewResult> Index(CancellationToken cancel) => View(await consents.ListAsync(User.UserId, cancel));

    /// <summary>Takes back what an application was allowed, and ends what it has.</summary>
    [HttpPost("{clientId}/withdraw")]
    public async Task<IActionResult> Withdraw(string clientId, CancellationToken cancel)
    {
        if (!await consents.WithdrawAsync(User.UserId, clientId, User.SessionId, ClientInfo.FromRequest(HttpContext), cancel))
        {
            return NotFound();
        }

        TempData.Notice = T("The application no longer has access to your account.");
        return Redirect(Path);
    }
}
