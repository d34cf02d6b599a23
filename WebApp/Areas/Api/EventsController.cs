using Microsoft.AspNetCore.Mvc;
using WebApp.Areas.Api.Bearer;
using WebApp.Areas.Api.OpenApi;
using WebApp.Features.Accounts;
using WebApp.Features.Sessions;
using WebApp.Features.Tokens;
using WebApp.Platform.Http;

namespace WebApp.Areas.Api;

/// <summary>The caller's security events.</summary>
[ApiEndpoint, BearerAuthorize]
public sealed class EventsController(Activity activity) : ControllerBase
{
    /// <summary>Newest first. <paramref name="before"/> is the id of the last event seen, or a time.</summary>
    [HttpGet("events"), ApiTokenScope(ApiScope.EventsRead)]
    [AnswersWith<IEnumerable<EventResponse>>]
    public async Task<IActionResult> List(string? before, int limit = Activity.UsualLimit, CancellationToken cancel = default)
    {
        Guid? id = Guid.TryParse(before, out var parsed) ? parsed : null;
        var time = id is null ? RequestRange.Time(before) : null;
        if (before is not null && id is null && time is null)
        {
            return ApiProblem.Invalid([new FieldError(nameof(before), "Send the id of an event, or a time.")]);
        }

        if (limit is < 1 or > Activity.MaxLimit)
        {
            return ApiProblem.Invalid([new FieldError(nameof(limit), $"Send a number from 1 to {Activity.MaxLimit}.")]);
        }

        return Ok((await activity.ListAsync(User.UserId, id, time, limit, cancel)).Select(EventResponse.From));
    }
}

/// <summary>A security event in <c>GET /events</c>. Times are UTC.</summary>
public sealed record EventResponse(Guid Id, DateTimeOffset At, string Kind, string Description, string Outcome, string Device, string? Ip, Guid? SessionId)
{
    /// <summary>Creates the response from an event.</summary>
    public static EventResponse From(ActivityEntry entry) =>
        new(entry.Id, entry.At, entry.Kind, entry.Description, entry.Outcome, entry.Device, entry.Ip, entry.SessionId);
}
