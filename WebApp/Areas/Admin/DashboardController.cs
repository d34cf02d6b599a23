using Microsoft.AspNetCore.Mvc;
using WebApp.Features.Audit.Figures;
using WebApp.Features.Roles;
using WebApp.Platform.Users;

namespace WebApp.Areas.Admin;

/// <summary>The dashboard with the figures of the service.</summary>
[Area("Admin"), Console, RequirePermission(Permission.AuditRead)]
[Route(ConsoleSection.Root)]
public sealed class DashboardController(ServiceFigures figures) : Controller
{
    private const int Hour = 60;

    /// <summary>The page. <paramref name="span"/> is <c>day</c>; anything else is the last hour.</summary>
    [HttpGet]
    public async Task<IActionResult> Index(string? span, CancellationToken cancel) => View(await ReadAsync(span, cancel));

    /// <summary>Only the charts, for <c>live-charts.js</c>.</summary>
    [HttpGet("charts")]
    public async Task<IActionResult> Charts(string? span, CancellationToken cancel) => PartialView("_Charts", await ReadAsync(span, cancel));

    private async Task<DashboardPage> ReadAsync(string? span, CancellationToken cancel) => new(await figures.ReadAsync(span == "day" ? ServiceFigures.MostMinutes : Hour, cancel));
}

/// <summary>The dashboard's model: charts, and their numbers in one table.</summary>
public sealed class DashboardPage(FigureSheet sheet)
{
    /// <summary>The figures.</summary>
    public FigureSheet Sheet => sheet;

    /// <summary>Whether it shows a day and not an hour.</summary>
    public bool IsDay => sheet.Step > TimeSpan.FromMinutes(1);

    /// <summary>The charts, the most important first.</summary>
    public IReadOnlyList<Chart> Charts =>
    [
        Draw("sign-ins", "Sign-ins", "Sessions opened by signing in", ChartUnit.Count, sheet.Whole.SignIns, ("Sign-ins", p => p.SignIns)),
        Draw("failures", "Failures", "Sign-ins, codes and links refused", ChartUnit.Count, sheet.Whole.Failures, ("Failures", p => p.Failures)),
        Draw("sessions", "Active sessions", "Browsers and programs signed in", ChartUnit.Count, sheet.Whole.ActiveSessions, ("Sessions", p => p.ActiveSessions)),
        Draw("requests", "Requests", "Pages and API calls answered", ChartUnit.Count, sheet.Whole.Requests, ("Requests", p => p.Requests)),
        Draw("latency", "Response time", "How long pages and calls take", ChartUnit.Time, sheet.Whole.Latency.P95, ("p50", p => p.Latency.P50), ("p95", p => p.Latency.P95), ("p99", p => p.Latency.P99)),
        Draw("cache", "Cache hits", "Look-ups answered from memory", ChartUnit.Share, sheet.Whole.CacheHitRatio, ("Hits", p => p.CacheHitRatio)),
        Draw("lag", "Revocation lag", "Until nodes know what was revoked", ChartUnit.Time, sheet.Whole.ChangeLag.P95, ("p50", p => p.ChangeLag.P50), ("p95", p => p.ChangeLag.P95)),
        Draw("mail", "Mail queue", sheet.MailFailed == 0 ? "Messages waiting" : $"Messages waiting; {sheet.MailFailed} failed", ChartUnit.Count, sheet.Whole.MailWaiting, ("Waiting", p => p.MailWaiting)),
        Draw("hashing", "Hashing queue", "How long a password waits", ChartUnit.Time, sheet.Whole.HashingWait.P95, ("p50", p => p.HashingWait.P50), ("p95", p => p.HashingWait.P95)),
    ];

    private string Span => IsDay ? "24 hours" : sheet.Points.Count == 60 ? "hour" : $"{sheet.Points.Count} minutes";

    private Chart Draw(string id, string title, string hint, ChartUnit unit, double? whole, params (string Name, Func<FigurePoint, double?> Value)[] lines) => new(
        id, title, hint, unit, unit.Text(whole), [.. lines.Select(line => new ChartLine(line.Name, [.. sheet.Points.Select(line.Value)]))], Span);
}
