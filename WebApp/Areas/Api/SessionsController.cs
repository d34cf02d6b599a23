using Microsoft.AspNetCore.Mvc;
using WebApp.Areas.Api.Bearer;
using WebApp.Areas.Api.OpenApi;
using WebApp.Features.Sessions;
using WebApp.Features.Tokens;
using WebApp.Platform.Http;
using WebApp.Platform.Http.Client;

namespace WebApp.Areas.Api;

/// <summary>The caller's sessions, browsers included.</summary>
[ApiEndpoint, BearerAuthorize]
public sealed class SessionsController(SessionDirectory sessions) : ControllerBase
{
    /// <summary>A page of the live ones, the caller's own first, then by last use. Where there are more, <c>Link</c> names the next page. <paramref name="before"/> is the id of the last session seen.</summary>
    [HttpGet("sessions"), ApiTokenScope(ApiScope.SessionsRead)]
    [AnswersWith<IEnumerable<SessionResponse>>]
    public async Task<IActionResult> List(Guid? before, int limit = SessionDirectory.PageSize, CancellationToken cancel = default)
    {
        if (limit is < 1 or > SessionDirectory.MaxPageSize)
        {
            return ApiProblem.Invalid([new FieldError(nameof(limit), $"Send a number from 1 to {SessionDirectory.MaxPageSize}.")]);
        }

        if (await sessions.ListAsync(User.UserId, User.SessionId, before, limit, cancel) is not { } page)
        {
            return ApiProblem.Invalid([new FieldError(nameof(before), "Send the id of one of your sessions.")]);
        }

        if (page.Next is { } next)
        {
            // RFC 8288: relative to the request's own address.
            Response.Headers.Link = $"<{Request.PathBase}{Request.Path}?limit={limit}&before={next}>; rel=\"next\"";
        }

        return Ok(page.Sessions.Select(SessionResponse.From));
    }

    /// <summary>Ends one; 404 where the caller has no such live session.</summary>
    [HttpDelete("sessions/{id:guid}"), ApiTokenScope(ApiScope.SessionsWrite)]
    [Answers(StatusCodes.Status204NoContent)]
    public async Task<IActionResult> End(Guid id, CancellationToken cancel) =>
        await sessions.EndAsync(User.UserId, id, EndReason.EndedByUser, ClientInfo.FromRequest(HttpContext), cancel)
            ? NoContent()
            : new ApiProblem(ApiErrors.NotFound);

    /// <summary>Ends all but the caller's own.</summary>
    [HttpDelete("sessions"), ApiTokenScope(ApiScope.SessionsWrite)]
    [Answers(StatusCodes.Status204NoContent)]
    public async Task<IActionResult> EndOthers(CancellationToken cancel)
    {
        await sessions.EndOthersAsync(User.UserId, User.SessionId, ClientInfo.FromRequest(HttpContext), cancel);
        return NoContent();
    }
}

/// <summary>A session in <c>GET /sessions</c>. Times are UTC.</summary>
public sealed record SessionResponse(
    Guid Id, string Kind, string Device, string? Ip, DateTimeOffset CreatedAt, DateTimeOffset LastSeenAt, DateTimeOffset ExpiresAt, bool Current)
{
    /// <summary>Creates the response from a session.</summary>
    public static SessionResponse From(SessionView view) => new(
        view.Id, view.Kind == SessionKind.Browser ? "browser" : "api", view.Device, view.Ip, view.CreatedAt, view.LastSeenAt, view.ExpiresAt, view.Current);
}
