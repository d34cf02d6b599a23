using Microsoft.AspNetCore.Mvc;
using WebApp.Areas.Api.Bearer;
using WebApp.Areas.Api.Contracts;
using WebApp.Areas.Api.OpenApi;
using WebApp.Hosting;
using WebApp.Sessions;
using WebApp.Tokens;

namespace WebApp.Areas.Api;

/// <summary>The caller's sessions, browsers included.</summary>
[ApiEndpoint, BearerAuthorize]
public sealed class SessionsController(SessionDirectory sessions) : ControllerBase
{
    /// <summary>The live ones, the caller's own first.</summary>
    [HttpGet("sessions"), ApiTokenScope(ApiScope.SessionsRead)]
    public async Task<IEnumerable<SessionResponse>> List(CancellationToken cancel) =>
        (await sessions.ListAsync(User.UserId, User.SessionId, cancel)).Select(SessionResponse.Of);

    /// <summary>Ends one; 404 where the caller has no such live session.</summary>
    [HttpDelete("sessions/{id:guid}"), ApiTokenScope(ApiScope.SessionsWrite)]
    [Answers(StatusCodes.Status204NoContent)]
    public async Task<IActionResult> End(Guid id, CancellationToken cancel) =>
        await sessions.EndAsync(User.UserId, id, EndReason.EndedByUser, ClientInfo.Of(HttpContext), cancel)
            ? NoContent()
            : new ApiProblem(ApiErrors.NotFound);

    /// <summary>Ends all but the caller's own.</summary>
    [HttpDelete("sessions"), ApiTokenScope(ApiScope.SessionsWrite)]
    [Answers(StatusCodes.Status204NoContent)]
    public async Task<IActionResult> EndOthers(CancellationToken cancel)
    {
        await sessions.EndOthersAsync(User.UserId, User.SessionId, ClientInfo.Of(HttpContext), cancel);
        return NoContent();
    }
}
