using Microsoft.AspNetCore.Mvc;
using WebApp.Areas.Api.Bearer;
using WebApp.Areas.Api.OpenApi;
using WebApp.Features.Audit;
using WebApp.Features.Audit.Search;
using WebApp.Features.Roles;
using WebApp.Features.Sessions;
using WebApp.Platform.Http;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Users;

namespace WebApp.Areas.Api;

/// <summary>Everybody's security events.</summary>
[ApiEndpoint, BearerAuthorize, RequirePermission(Permission.AuditRead)]
public sealed class AdminEventsController(EventSearch search, EventExport export) : ControllerBase
{
    private const int UsualLimit = 50;
    private const int MaxLimit = 500;

    /// <summary>
    /// Newest first, a page at a time; or, with <paramref name="format"/> <c>csv</c> or <c>ndjson</c>, all of them in one stream, the oldest first, which is
    /// an event itself.
    /// </summary>
    [HttpGet("admin/events")]
    [AnswersWith<IEnumerable<AdminEventResponse>>]
    [AlsoAs("text/csv", "id,seq,at,kind,outcome,user_id,actor_id,session_id,ip,user_agent,detail\n")]
    [AlsoAs("application/x-ndjson", "{\"id\":\"019aa3c4-91e2-7f0d-8b6a-2e4d7c905f18\",\"kind\":\"signed_in\"}\n")]
    public async Task<IActionResult> List(
        string? kind, string? user, string? ip, string? from, string? until, string? outcome, string? format, Guid? before, int limit = UsualLimit, CancellationToken cancel = default)
    {
        var (filter, read) = EventFilterReading.Read(kind, ip, from, until, outcome);
        List<FieldError> errors = [.. read];
        if (!string.IsNullOrWhiteSpace(user))
        {
            filter = filter with { UserId = await search.FindUserAsync(user, cancel) };
            if (filter.UserId is null)
            {
                errors.Add(new(nameof(user), "No account has this address."));
            }
        }

        EventFormat? file = format?.ToLowerInvariant() switch { "csv" => EventFormat.Csv, "ndjson" => EventFormat.Ndjson, _ => null };
        if (file is null && format is not (null or "" or "json"))
        {
            errors.Add(new(nameof(format), "Say json, csv or ndjson."));
        }

        if (limit is < 1 or > MaxLimit)
        {
            errors.Add(new(nameof(limit), $"Send a number from 1 to {MaxLimit}."));
        }

        if (errors.Count > 0)
        {
            return ApiProblem.Invalid(errors);
        }

        if (file is { } wanted)
        {
            await export.NoteAsync(filter, wanted, User.UserId, BearerIdentity.FromRequest(HttpContext).AccessToken?.SessionId, ClientInfo.FromRequest(HttpContext), cancel);
            return new EventFile(filter, wanted);
        }

        return Ok((await search.ListAsync(filter, before, limit, cancel)).Select(AdminEventResponse.From));
    }
}

/// <summary>A security event in <c>GET /admin/events</c>. Times are UTC; <c>seq</c> is its place in the chain, null until it is sealed; <c>actor_id</c> is who did it to somebody else.</summary>
public sealed record AdminEventResponse(
    Guid Id, long? Seq, DateTimeOffset At, string Kind, string Outcome, Guid? UserId, Guid? ActorId, Guid? SessionId, string? Ip, string? UserAgent, string Device, string? Detail)
{
    /// <summary>Creates the response from an event.</summary>
    public static AdminEventResponse From(SecurityEvent e) =>
        new(e.Id, e.Seq, e.At, e.Kind, EventOutcome.ForKind(e.Kind), e.UserId, e.ActorId, e.SessionId, e.Ip?.ToString(), e.UserAgent, DeviceLabel.Describe(null, e.UserAgent), e.Detail);
}
