using Microsoft.AspNetCore.Mvc;

namespace WebApp.Platform.Pages;

/// <summary>The home page.</summary>
public sealed class HomeController : Controller
{
    /// <summary>Shows a welcome page; redirects a signed-in user to their account.</summary>
    [HttpGet("/"), ShownToOthers]
    public IActionResult Index() => User.Identity is { IsAuthenticated: true } ? Redirect("/account") : View();
}
