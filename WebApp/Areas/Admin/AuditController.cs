using Microsoft.AspNetCore.Mvc;
using WebApp.Features.Audit;
using WebApp.Features.Audit.Chain;
using WebApp.Features.Audit.Search;
using WebApp.Features.Roles;
using WebApp.Features.Sessions;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Pages;
using WebApp.Platform.Users;

namespace WebApp.Areas.Admin;

/// <summary>The security events of all users.</summary>
[Area("Admin"), Console, RequirePermission(Permission.AuditRead)]
[Route("/admin/audit")]
public sealed class AuditController(EventSearch search, EventExport export, ChainOversight chain) : Controller
{
    private const int PageSize = 50;

    /// <summary>A page of the search result, newest first.</summary>
    [HttpGet]
    public async Task<IActionResult> Index(AuditForm form, Guid? before, CancellationToken cancel)
    {
        var filter = await ReadAsync(form, cancel);
        // Reads one more than shown, to know whether there is a next page.
        var found = filter is null ? [] : await search.ListAsync(filter, before, PageSize + 1, cancel);
        var shown = found.Take(PageSize).ToList();
        return View(new AuditPage(
            form, shown, await search.EmailsAsync(shown, cancel), await chain.ReadAsync(cancel), before is null, found.Count > shown.Count ? shown[^1].Id : null));
    }

    /// <summary>One event with all details.</summary>
    [HttpGet("{id:guid}")]
    public async Task<IActionResult> Event(Guid id, CancellationToken cancel)
    {
        if (await search.FindAsync(id, cancel) is not { } found)
        {
            return NotFound();
        }

        var emails = await search.EmailsAsync([found], cancel);
        string? Email(Guid? account) => account is { } known ? emails.GetValueOrDefault(known) : null;
        return View(new AuditEventPage(found, Email(found.UserId), Email(found.ActorId), await chain.FaultOfAsync(id, cancel)));
    }

    /// <summary>The search result as a file. The export is recorded in the trail first.</summary>
    [HttpPost("export"), RequireRecentAuthentication(Page = "/admin/audit")]
    public async Task<IActionResult> Export(AuditForm form, string? format, CancellationToken cancel)
    {
        if (await ReadAsync(form, cancel) is not { } filter || !Enum.TryParse<EventFormat>(format, ignoreCase: true, out var kind) || !Enum.IsDefined(kind))
        {
            return BadRequest();
        }

        await export.NoteAsync(filter, kind, User.UserId, User.SessionId, ClientInfo.FromRequest(HttpContext), cancel);
        return new EventFile(filter, kind);
    }

    /// <summary>Verifies the whole trail.</summary>
    [HttpPost("verify"), RequireRecentAuthentication(Page = "/admin/audit")]
    public async Task<IActionResult> Verify(CancellationToken cancel)
    {
        var report = await chain.VerifyAsync(User.UserId, User.SessionId, ClientInfo.FromRequest(HttpContext), cancel);
        if (report is { IsWhole: false })
        {
            return View("Faults", report);
        }

        TempData.Notice = report is null ? T("It is being verified already.") : T("All {0} sealed events are genuine and in their place.", report.Events);
        return RedirectToAction(nameof(Index));
    }

    /// <summary>The filter; null if it is invalid, with field errors in the model state.</summary>
    private async Task<EventFilter?> ReadAsync(AuditForm form, CancellationToken cancel)
    {
        var (filter, errors) = EventFilterReading.Read(form.Kind, form.Ip, form.From, form.Until, form.Outcome);
        ModelState.Add(errors.Select(error => error with { Field = char.ToUpperInvariant(error.Field[0]) + error.Field[1..] }));
        if (!string.IsNullOrWhiteSpace(form.Account))
        {
            filter = filter with { UserId = await search.FindUserAsync(form.Account, cancel) };
            if (filter.UserId is null)
            {
                ModelState.AddModelError(nameof(form.Account), T("No account has this address."));
            }
        }

        return ModelState.IsValid ? filter : null;
    }
}

/// <summary>The search form, as typed; times are UTC.</summary>
public sealed class AuditForm
{
    /// <summary>The kind of event.</summary>
    public string? Kind { get; set; }

    /// <summary>The account: an address or an id.</summary>
    public string? Account { get; set; }

    /// <summary>An IP address or a network.</summary>
    public string? Ip { get; set; }

    /// <summary>The earliest time, inclusive.</summary>
    public string? From { get; set; }

    /// <summary>The latest time, exclusive.</summary>
    public string? Until { get; set; }

    /// <summary><c>success</c> or <c>failure</c>.</summary>
    public string? Outcome { get; set; }

    /// <summary>The fields that are not empty.</summary>
    public IEnumerable<(string Name, string Value)> Fields => new (string Name, string? Value)[]
    {
        (nameof(Kind), Kind), (nameof(Account), Account), (nameof(Ip), Ip), (nameof(From), From), (nameof(Until), Until), (nameof(Outcome), Outcome),
    }.Where(part => !string.IsNullOrWhiteSpace(part.Value)).Select(part => (part.Name, part.Value!));

    /// <summary>The path of this search's page that begins before an event.</summary>
    public string PathBefore(Guid? before) =>
        "/admin/audit" + QueryString.Create(Fields.Select(field => KeyValuePair.Create(field.Name, (string?)field.Value)).Concat(before is { } id ? [KeyValuePair.Create("before", (string?)id.ToString())] : []));
}

/// <summary>A page of <c>/admin/audit</c>.</summary>
/// <param name="Form">The search form.</param>
/// <param name="Events">Newest first.</param>
/// <param name="Emails">The addresses of the events' accounts.</param>
/// <param name="Chain">The state of the chain.</param>
/// <param name="IsFirst">Whether it is the newest page.</param>
/// <param name="Next">The event before which the next page begins; null on the last page.</param>
public sealed record AuditPage(AuditForm Form, IReadOnlyList<SecurityEvent> Events, IReadOnlyDictionary<Guid, string> Emails, ChainStanding Chain, bool IsFirst, Guid? Next)
{
    /// <summary>Why nothing is sealed any more; null if there is no obstacle.</summary>
    public string? Obstacle => Chain.Obstacle switch
    {
        SealingObstacle.Removed => T("The row of audit_chain was removed."),
        SealingObstacle.Altered => T("The row of audit_chain was altered."),
        SealingObstacle.SetBack => T("The row of audit_chain was set back: there are sealed events beyond the head it names."),
        var other => other,
    };
}

/// <summary>The page of one event.</summary>
/// <param name="Event">The event.</param>
/// <param name="Email">The address of the event's account.</param>
/// <param name="Actor">The address of the acting user, if they are not the account's owner.</param>
/// <param name="Fault">What is wrong with its seal, as the rest of a sentence; null if nothing is.</param>
public sealed record AuditEventPage(SecurityEvent Event, string? Email, string? Actor, string? Fault)
{
    /// <summary>The fault as a sentence; null if there is none.</summary>
    public string? FaultSentence => Fault switch
    {
        null => null,
        "was not written by the application" => T("This event was not written by the application."),
        "was altered, or was not written by the application" => T("This event was altered, or was not written by the application."),
        "was erased, but not by the application" => T("This event was erased, but not by the application."),
        "was altered" => T("This event was altered."),
        _ => $"This event {Fault}.",
    };
}
