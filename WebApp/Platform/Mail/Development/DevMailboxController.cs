using System.Text.Json;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.RateLimiting;

namespace WebApp.Platform.Mail.Development;

/// <summary>Shows the mails that Development does not send.</summary>
[DevelopmentOnly]
[AllowAnonymous]
[DisableRateLimiting] // Development only; tests poll it.
[ResponseCache(NoStore = true, Location = ResponseCacheLocation.None)]
public sealed class DevMailboxController(DevMailbox mailbox) : Controller
{
    private const string FramingPolicy =
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; frame-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

    // A mail needs only inline styles. The sandbox isolates it from this origin. Its scripts do not run (default-src 'none'), but the
    // sandbox allows scripts: otherwise a browser under test cannot inspect the frame and waits forever.
    private const string MailPolicy =
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox allow-scripts allow-popups allow-top-navigation-by-user-activation";

    private static readonly JsonSerializerOptions Snake = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>All mails, as a page.</summary>
    [HttpGet("/dev/mailbox")]
    public async Task<IActionResult> Index(CancellationToken cancel) => View(await mailbox.ListAsync(null, cancel));

    /// <summary>All mails, or those to an address, as JSON.</summary>
    [HttpGet("/dev/mailbox.json")]
    public async Task<IActionResult> List(string? to, CancellationToken cancel) => Json(await mailbox.ListAsync(to, cancel), Snake);

    /// <summary>One mail with its text, and its HTML in a frame.</summary>
    [HttpGet("/dev/mailbox/{id:guid}")]
    public async Task<IActionResult> Show(Guid id, CancellationToken cancel)
    {
        if (await mailbox.FindAsync(id, cancel) is not { } mail)
        {
            return NotFound();
        }

        Response.Headers.ContentSecurityPolicy = FramingPolicy;
        return View(mail);
    }

    /// <summary>The HTML of one mail, for the frame.</summary>
    [HttpGet("/dev/mailbox/{id:guid}/html")]
    public async Task<IActionResult> Html(Guid id, CancellationToken cancel)
    {
        if (await mailbox.FindAsync(id, cancel) is not { } mail)
        {
            return NotFound();
        }

        Response.Headers.ContentSecurityPolicy = MailPolicy;
        Response.Headers.XFrameOptions = "SAMEORIGIN";
        // Links open outside the frame, because no page of the site allows framing.
        return Content(mail.Html.Replace("<head>", "<head><base target=\"_top\">", StringComparison.Ordinal), "text/html; charset=utf-8");
    }
}

/// <summary>Answers 404 outside Development, before other code of the controller runs.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class DevelopmentOnlyAttribute : Attribute, IResourceFilter
{
    /// <inheritdoc/>
    public void OnResourceExecuting(ResourceExecutingContext context)
    {
        if (!context.HttpContext.RequestServices.GetRequiredService<IHostEnvironment>().IsDevelopment())
        {
            context.Result = new NotFoundResult();
        }
    }

    /// <inheritdoc/>
    public void OnResourceExecuted(ResourceExecutedContext context)
    {
    }
}
