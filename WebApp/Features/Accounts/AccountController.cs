using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using WebApp.Features.Sessions;
using WebApp.Platform.Pages;

namespace WebApp.Features.Accounts;

/// <summary>The home of the account settings.</summary>
[Authorize, ShownToOthers]
[Route("/account")]
public sealed class AccountController(AccountOverview overview) : Controller
{
    /// <summary>Who you are, and where the settings are.</summary>
    [HttpGet]
    public async Task<IActionResult> Index(CancellationToken cancel) =>
        await overview.OfAsync(User.UserId, cancel) is { } page ? View(page) : NotFound();
}
