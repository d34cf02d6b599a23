using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using WebApp.Features.Accounts;
using WebApp.Features.Audit;
using WebApp.Features.Roles;
using WebApp.Features.Sessions;
using WebApp.Platform.Data;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Mail;
using WebApp.Platform.Mail.Messages;
using WebApp.Platform.Pages;
using WebApp.Platform.Startup;
using WebApp.Platform.Users;

namespace WebApp.Areas.Admin;

/// <summary>The settings that the console can change.</summary>
[Area("Admin"), Console, RequirePermission(Permission.SettingsWrite)]
[Route(Path)]
public sealed class SettingsController(
    RegistrationRules rules, RegistrationChange change, UserSnapshots users, Outbox outbox, AuditTrail audit, AppDbContext db, IOptions<AppOptions> app) : Controller
{
    /// <summary>The path of the page.</summary>
    public const string Path = "/admin/settings";

    /// <summary>The page.</summary>
    [HttpGet]
    public async Task<ViewResult> Index(CancellationToken cancel)
    {
        var rule = await rules.FindAsync(cancel);
        return View(new SettingsForm { Mode = rule.Mode, Domains = string.Join(", ", rule.AllowedDomains), IsPinned = rules.IsPinned, Configured = rules.Configured });
    }

    /// <summary>Changes who may register.</summary>
    [HttpPost("registration"), RequireRecentAuthentication(Page = Path)]
    public async Task<IActionResult> Registration(SettingsForm form, CancellationToken cancel)
    {
        var error = form.Mode is { } mode
            ? await change.SaveAsync(HttpContext.Actor, mode, form.Domains, ClientInfo.FromRequest(HttpContext), cancel)
            : new(nameof(form.Mode), T("Choose who may register."));
        if (error is not null)
        {
            ModelState.Add([error]);
            (form.IsPinned, form.Configured) = (rules.IsPinned, rules.Configured);
            return View(nameof(Index), form);
        }

        TempData.Notice = T("Registration settings saved.");
        return Redirect(Path);
    }

    /// <summary>Sends a test email to the administrator's own address.</summary>
    [HttpPost("test-mail"), RequireRecentAuthentication(Page = Path)]
    public async Task<IActionResult> SendTestMail(CancellationToken cancel)
    {
        if ((await users.FindAsync(User.UserId, cancel))?.Email is not { Length: > 0 } own)
        {
            TempData.Warning = T("Your account has no email address.");
            return Redirect(Path);
        }

        outbox.Add(db, own, TestMail.Compose(app.Value), TestMail.Kind);
        audit.Add(db, SecurityEventKind.TestSent, ClientInfo.FromRequest(HttpContext), User.UserId, User.SessionId, "mail");
        await db.SaveChangesAsync(cancel);
        TempData.Notice = T("Test email to {0} queued. If it does not arrive, the outbox says why.", own);
        return Redirect(Path);
    }
}

/// <summary>The form at <c>/admin/settings</c>.</summary>
public sealed class SettingsForm
{
    /// <summary>Who may register.</summary>
    public RegistrationMode? Mode { get; init; }

    /// <summary>The allowed domains, as typed.</summary>
    [System.ComponentModel.DataAnnotations.Display(Name = "Allowed email domains")]
    public string? Domains { get; init; }

    /// <summary>Whether the configuration decides.</summary>
    [Microsoft.AspNetCore.Mvc.ModelBinding.BindNever]
    public bool IsPinned { get; set; }

    /// <summary>The rule of the configuration.</summary>
    [Microsoft.AspNetCore.Mvc.ModelBinding.BindNever]
    public RegistrationRule? Configured { get; set; }
}
