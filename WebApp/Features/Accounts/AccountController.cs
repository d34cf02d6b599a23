using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using WebApp.Hosting;
using WebApp.Sessions;

namespace WebApp.Accounts;

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
