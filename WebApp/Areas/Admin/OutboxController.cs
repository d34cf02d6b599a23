using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using WebApp.Features.Audit;
using WebApp.Features.Roles;
using WebApp.Features.Sessions;
using WebApp.Platform.Data;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Mail;
using WebApp.Platform.Mail.Webhooks;
using WebApp.Platform.Pages;
using WebApp.Platform.Users;

namespace WebApp.Areas.Admin;

/// <summary>Outgoing mail and webhooks.</summary>
[Area("Admin"), Console, RequirePermission(Permission.MailRead)]
[Route("/admin/outbox")]
public sealed class OutboxController(OutboxOversight outbox, WebhookEvents webhooks, IOptions<WebhookReceivers> receivers, AuditTrail audit, AppDbContext db) : Controller
{
    private const int PageSize = 50;

    /// <summary>A page of messages, newest first.</summary>
    [HttpGet]
    public async Task<IActionResult> Index(OutboxState? state, Guid? before, CancellationToken cancel)
    {
        var found = await outbox.ListAsync(state, before, PageSize + 1, cancel);
        var shown = found.Take(PageSize).ToList();
        return View(new OutboxPage(await outbox.CountAsync(cancel), state, shown, before is null, found.Count > shown.Count ? shown[^1].Id : null, receivers.Value.All));
    }

    /// <summary>Sends a test to a receiver of webhooks.</summary>
    [HttpPost("test-webhook"), RequireRecentAuthentication(Page = "/admin/outbox")]
    public async Task<IActionResult> TestWebhook(string? receiver, CancellationToken cancel)
    {
        if (!webhooks.AddTest(db, receiver ?? "", User.UserId))
        {
            TempData.Warning = T("This receiver is not configured.");
            return RedirectToAction(nameof(Index));
        }

        audit.Add(db, SecurityEventKind.TestSent, ClientInfo.FromRequest(HttpContext), User.UserId, User.SessionId, $"webhook {receiver}");
        await db.SaveChangesAsync(cancel);
        TempData.Notice = T("Test webhook queued. Its result appears below.");
        return RedirectToAction(nameof(Index));
    }

    /// <summary>Retries one message now.</summary>
    [HttpPost("{id:guid}/retry"), RequireRecentAuthentication(Page = "/admin/outbox")]
    public Task<IActionResult> Retry(Guid id, CancellationToken cancel) => RetryAsync(id, cancel);

    /// <summary>Retries all failed messages now.</summary>
    [HttpPost("retry-failed"), RequireRecentAuthentication(Page = "/admin/outbox")]
    public Task<IActionResult> RetryFailed(CancellationToken cancel) => RetryAsync(null, cancel);

    private async Task<IActionResult> RetryAsync(Guid? id, CancellationToken cancel)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var count = await outbox.RetryAsync(id, cancel);
        if (count > 0)
        {
            audit.Add(db, SecurityEventKind.MailRetried, ClientInfo.FromRequest(HttpContext), User.UserId, User.SessionId, id is { } one ? $"message {one}" : $"all {count} that failed");
            await db.SaveChangesAsync(cancel);
        }

        await transaction.CommitAsync(cancel);
        if (count == 0)
        {
            TempData.Warning = T("There is nothing to send again: it was sent, or its text is no longer kept.");
        }
        else
        {
            TempData.Notice = Plural(count, "The message is tried again now.", "{0} messages are tried again now.");
        }

        return RedirectToAction(nameof(Index));
    }
}

/// <summary>A page of <c>/admin/outbox</c>.</summary>
/// <param name="Counts">The number of messages by state.</param>
/// <param name="State">The state of the messages shown; null for all.</param>
/// <param name="Messages">Newest first.</param>
/// <param name="IsFirst">Whether it is the newest page.</param>
/// <param name="Next">The message before which the next page begins; null on the last page.</param>
/// <param name="Receivers">The receivers of webhooks.</param>
public sealed record OutboxPage(OutboxCounts Counts, OutboxState? State, IReadOnlyList<OutboxEntry> Messages, bool IsFirst, Guid? Next, IReadOnlyList<WebhookReceiver> Receivers)
{
    /// <summary>A priority's name for administrators.</summary>
    public static string Describe(MailPriority priority) => priority switch
    {
        MailPriority.Code => T("First"),
        MailPriority.Link => T("High"),
        MailPriority.Digest => T("Last"),
        _ => T("Normal"),
    };

    /// <summary>The path of a page of messages in one state.</summary>
    public static string Path(OutboxState? state, Guid? before = null) => "/admin/outbox" + QueryString.Create(
        new[] { KeyValuePair.Create("state", state?.ToString().ToLowerInvariant()), KeyValuePair.Create("before", before?.ToString()) }.Where(part => part.Value is not null));
}
