using Microsoft.AspNetCore.Mvc;
using WebApp.Data.Users;
using WebApp.Roles;

namespace WebApp.Areas.Admin;

/// <summary>How the service is doing.</summary>
[Area("Admin"), Console, RequirePermission(Permission.AuditRead)]
[Route(ConsoleSection.Root)]
public sealed class DashboardController : Controller
{
    /// <summary>The page.</summary>
    [HttpGet]
    public ViewResult Index() => View();
}
