using Microsoft.AspNetCore.Mvc;

namespace WebApp.Platform.Pages;

/// <summary>The first page.</summary>
public sealed class HomeController : Controller
{
    /// <summary>A welcome; whoever is signed in goes straight to the account.</summary>
    [HttpGet("/"), ShownToOthers]
    public IActionResult Index() => User.Identity is { IsAuthenticated: true } ? Redirect("/account") : View();
}
