using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using WebApp.Features.Alerts;
using WebApp.Features.Audit;
using WebApp.Features.Audit.Figures;
using WebApp.Features.Roles;
using WebApp.Features.Sessions;
using WebApp.Platform.Data;
using WebApp.Platform.Users;

namespace WebApp.Areas.Admin;

/// <summary>The dashboard with the figures of the service.</summary>
[Area("Admin"), Console, RequirePermission(Permission.AuditRead)]
[Route(ConsoleSection.Root)]
public sealed class DashboardController(ServiceFigures figures, UserSnapshots users, AppDbContext db, TimeProvider clock) : Controller
{
    private const int MaxAlerts = 5;

    private static readonly TimeSpan AlertAge = TimeSpan.FromDays(7);

    /// <summary>The page. <paramref name="range"/> is the name of a <see cref="FigureRange"/>; <paramref name="span"/> is its former name.</summary>
    [HttpGet]
    public async Task<IActionResult> Index(string? range, string? span, CancellationToken cancel) => View(await ReadAsync(range ?? span, null, cancel));

    /// <summary>Only what is not <paramref name="known"/> yet, for <c>live-charts.js</c>.</summary>
    [HttpGet("charts")]
    public async Task<IActionResult> Charts(string? range, string? known, CancellationToken cancel) => PartialView("_Charts", await ReadAsync(range, known ?? "", cancel));

    private async Task<DashboardPage> ReadAsync(string? range, string? known, CancellationToken cancel)
    {
        var sheet = await figures.ReadAsync(FigureRange.Named(range), cancel);
        var since = clock.GetUtcNow() - AlertAge;

        // That someone signed in on a new device is usual: its owner has a mail about it.
        var alerts = await db.Alerts.AsNoTracking().Where(alert => alert.At > since && alert.Kind != SecurityEventKind.NewDevice).OrderByDescending(alert => alert.At).Take(MaxAlerts)
            .Select(alert => new { Alert = alert, Email = db.Users.Where(user => user.Id == alert.UserId).Select(user => user.Email).FirstOrDefault() }).ToListAsync(cancel);
        return new(sheet, [.. alerts.Select(found => new AlertLine(found.Alert, AlertText.Describe(found.Alert, found.Email)))], (await users.FindAsync(User.UserId, cancel))?.Permissions ?? [], known);
    }
}
