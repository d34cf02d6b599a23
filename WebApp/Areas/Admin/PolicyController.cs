using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using WebApp.Areas.Admin.Policy;
using WebApp.Features.Alerts;
using WebApp.Features.Roles;
using WebApp.Platform.Data;
using WebApp.Platform.Users;

namespace WebApp.Areas.Admin;

/// <summary>What is in force, and what the rules of suspicion found.</summary>
[Area("Admin"), Console, RequirePermission(Permission.AuditRead)]
[Route("/admin/policy")]
public sealed class PolicyController(EffectivePolicy policy, AppDbContext db) : Controller
{
    private const int Newest = 20;

    /// <summary>The page.</summary>
    [HttpGet]
    public async Task<IActionResult> Index(CancellationToken cancel)
    {
        var alerts = await db.Alerts.AsNoTracking().OrderByDescending(alert => alert.At).Take(Newest)
            .Select(alert => new { Alert = alert, Email = db.Users.Where(user => user.Id == alert.UserId).Select(user => user.Email).FirstOrDefault() }).ToListAsync(cancel);
        return View(new PolicyPage(policy.Sections, [.. alerts.Select(found => (found.Alert.At, AlertWords.Describe(found.Alert, found.Email)))]));
    }
}
