using Microsoft.AspNetCore.Mvc;
using WebApp.Features.Accounts.Administration;
using WebApp.Features.Roles;
using WebApp.Features.Sessions;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Users;

namespace WebApp.Areas.Admin;

/// <summary>Ends one session of a user, or revokes one of their API tokens. Each has a confirmation page.</summary>
[Area("Admin"), Console, RequirePermission(Permission.UsersRead), RequirePermission(Permission.UsersWrite)]
[Route(UsersController.Path + "/{id:guid}")]
public sealed class UserAccessController(UserDetails details, AccessEnding ending) : Controller
{
    /// <summary>Asks whether to end a session.</summary>
    [HttpGet("sessions/{sessionId:guid}/end"), RequireRecentAuthentication]
    public async Task<IActionResult> EndSession(Guid id, Guid sessionId, CancellationToken cancel) =>
        await details.FindAsync(id, null, cancel) is { } detail
            ? View("Ask", new AccessQuestion(detail.User, T("End this session?"), detail.Sessions.Sessions.FirstOrDefault(session => session.Id == sessionId)?.Device ?? T("Session {0}", sessionId),
                T("It is signed out within a second. The user can sign in again."), T("End session"), $"{UsersController.Path}/{id}/sessions/{sessionId}/end"))
            : NotFound();

    /// <summary>Ends it.</summary>
    [HttpPost("sessions/{sessionId:guid}/end"), RequireRecentAuthentication(PostsToItsPage = true)]
    public async Task<IActionResult> EndSessionNow(Guid id, Guid sessionId, CancellationToken cancel) => this.Answer(
        await ending.EndSessionAsync(HttpContext.Actor, id, sessionId, ClientInfo.FromRequest(HttpContext), cancel), $"{UsersController.Path}/{id}", T("Session ended."));

    /// <summary>Asks whether to revoke a token.</summary>
    [HttpGet("api-tokens/{tokenId:guid}/revoke"), RequireRecentAuthentication]
    public async Task<IActionResult> RevokeToken(Guid id, Guid tokenId, CancellationToken cancel) =>
        await details.FindAsync(id, null, cancel) is { } detail
            ? View("Ask", new AccessQuestion(detail.User, T("Revoke this API token?"), detail.ApiTokens.FirstOrDefault(token => token.Id == tokenId)?.Name ?? T("Token {0}", tokenId),
                T("Applications that use it are refused at their next request. This cannot be undone."), T("Revoke token"), $"{UsersController.Path}/{id}/api-tokens/{tokenId}/revoke"))
            : NotFound();

    /// <summary>Revokes it.</summary>
    [HttpPost("api-tokens/{tokenId:guid}/revoke"), RequireRecentAuthentication(PostsToItsPage = true)]
    public async Task<IActionResult> RevokeTokenNow(Guid id, Guid tokenId, CancellationToken cancel) => this.Answer(
        await ending.RevokeTokenAsync(HttpContext.Actor, id, tokenId, ClientInfo.FromRequest(HttpContext), cancel), $"{UsersController.Path}/{id}", T("API token revoked."));
}

/// <summary>The confirmation page of an end.</summary>
/// <param name="User">The account.</param>
/// <param name="Question">The heading.</param>
/// <param name="About">What is ended.</param>
/// <param name="Consequence">The effect.</param>
/// <param name="Label">The text of the button.</param>
/// <param name="Action">The path of the form.</param>
public sealed record AccessQuestion(UserSummary User, string Question, string About, string Consequence, string Label, string Action);
