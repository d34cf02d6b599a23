using Microsoft.AspNetCore.Mvc;
using WebApp.Features.Roles;
using WebApp.Operations.Doctor;
using WebApp.Platform.Users;

namespace WebApp.Areas.Admin;

/// <summary>Shows problems of the installation, also those seen in this request, and the line that fixes each.</summary>
[Area("Admin"), Console, RequirePermission(Permission.AuditRead)]
[Route(ConsoleSection.Root + "/doctor")]
public sealed class DoctorController(DoctorService doctor) : Controller
{
    /// <summary>The page.</summary>
    [HttpGet]
    public async Task<ViewResult> Index(CancellationToken cancel) => View(await doctor.LookAsync(HttpContext, cancel));
}
