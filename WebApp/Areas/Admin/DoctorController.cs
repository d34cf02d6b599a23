using Microsoft.AspNetCore.Mvc;
using WebApp.Features.Roles;
using WebApp.Operations.Doctor;
using WebApp.Platform.Users;

namespace WebApp.Areas.Admin;

/// <summary>What is wrong with the installation, as this very request shows it, and the line that mends it.</summary>
[Area("Admin"), Console, RequirePermission(Permission.AuditRead)]
[Route(ConsoleSection.Root + "/doctor")]
public sealed class DoctorController(DoctorService doctor) : Controller
{
    /// <summary>The page.</summary>
    [HttpGet]
    public async Task<ViewResult> Index(CancellationToken cancel) => View(await doctor.LookAsync(HttpContext, cancel));
}
