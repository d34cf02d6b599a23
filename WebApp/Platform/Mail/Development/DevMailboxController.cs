using System.Text.Json;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.RateLimiting;

namespace WebApp.Platform.Mail.Development;

/// <summary>Shows the mails that Development does not send.</summary>
[DevelopmentOnly]
[AllowAnonymous]
[DisableRateLimiting] // Development alone; tests look into it all the time.
[ResponseCache(NoStore = true, Location = ResponseCacheLocation.None)]
public sealed class DevMailboxController(DevMailbox mailbox) : Controller
{
    private const string FramingPolicy =
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; frame-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

    // A mail brings inline styles and nothing else; the sandbox keeps even a hostile one from this origin. No script of its own runs
    // (default-src 'none'), yet the sandbox allows them: without, a browser under test cannot look into the frame and waits for ever.
    private const string MailPolicy =
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox allow-scripts allow-popups allow-top-navigation-by-user-activation";

    private static readonly JsonSerializerOptions Snake = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>All of them, for people.</summary>
    [HttpGet("/dev/mailbox")]
    public async Task<IActionResult> Index(CancellationToken cancel) => View(await mailbox.ListAsync(cancel));

    /// <summary>All of them, for programs.</summary>
    [HttpGet("/dev/mailbox.json")]
    public async Task<IActionResult> List(CancellationToken cancel) => Json(await mailbox.ListAsync(cancel), Snake);

    /// <summary>One mail: its text, and its HTML in a frame.</summary>
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

    /// <summary>One mail's HTML, as the frame shows it.</summary>
    [HttpGet("/dev/mailbox/{id:guid}/html")]
    public async Task<IActionResult> Html(Guid id, CancellationToken cancel)
    {
        if (await mailbox.FindAsync(id, cancel) is not { } mail)
        {
            return NotFound();
        }

        Response.Headers.ContentSecurityPolicy = MailPolicy;
        Response.Headers.XFrameOptions = "SAMEORIGIN";
        // Links leave the frame: no page of the site lets itself be framed.
        return Content(mail.Html.Replace("<head>", "<head><base target=\"_top\">", StringComparison.Ordinal), "text/html; charset=utf-8");
    }
}

/// <summary>Outside Development there is nothing here: 404 before anything else of the controller runs.</summary>
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
