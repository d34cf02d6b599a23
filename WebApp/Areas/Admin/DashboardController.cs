using Microsoft.AspNetCore.Mvc;
using WebApp.Areas.Admin.Charts;
using WebApp.Features.Audit.Figures;
using WebApp.Features.Roles;
using WebApp.Platform.Users;

namespace WebApp.Areas.Admin;

/// <summary>How the service is doing.</summary>
[Area("Admin"), Console, RequirePermission(Permission.AuditRead)]
[Route(ConsoleSection.Root)]
public sealed class DashboardController(ServiceFigures figures) : Controller
{
    private const int Hour = 60;

    /// <summary>The page. <paramref name="span"/> is <c>day</c>; anything else is the last hour.</summary>
    [HttpGet]
    public async Task<IActionResult> Index(string? span, CancellationToken cancel) => View(await ReadAsync(span, cancel));

    /// <summary>Its changing part alone, for <c>live-charts.js</c>.</summary>
    [HttpGet("charts")]
    public async Task<IActionResult> Charts(string? span, CancellationToken cancel) => PartialView("_Charts", await ReadAsync(span, cancel));

    private async Task<DashboardPage> ReadAsync(string? span, CancellationToken cancel) => new(await figures.ReadAsync(span == "day" ? ServiceFigures.MostMinutes : Hour, cancel));
}
