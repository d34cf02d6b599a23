using Microsoft.AspNetCore.Mvc;
using WebApp.Areas.Api.Bearer;
using WebApp.Areas.Api.OpenApi;
using WebApp.Features.Accounts.Administration;
using WebApp.Features.Roles;
using WebApp.Features.Sessions;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Users;

namespace WebApp.Areas.Api;

/// <summary>What is done to somebody's account. Each answers 204. Nobody chooses a password for anybody.</summary>
[ApiEndpoint, BearerAuthorize, RequirePermission(Permission.UsersWrite), RecentAuthenticationRequired]
public sealed class UserActsController(AccountClosing closing, AdminCredentialReset relief) : ControllerBase
{
    private RoleActor Actor => new(User.UserId, User.SessionId, BearerIdentity.Of(HttpContext).ApiToken?.Scopes);

    private ClientInfo Client => ClientInfo.Of(HttpContext);

    /// <summary>Signs everything out and lets nobody in.</summary>
    [HttpPost("admin/users/{id:guid}/lock")]
    [Answers(204), Refuses(nameof(ApiErrors.Conflict))]
    public async Task<IActionResult> Lock(Guid id, CancellationToken cancel) => AdministrationAnswer.Of(await closing.LockAsync(Actor, id, Client, cancel));

    /// <summary>Lets them in again, and forgets wrong passwords and codes.</summary>
    [HttpPost("admin/users/{id:guid}/unlock")]
    [Answers(204), Refuses(nameof(ApiErrors.Conflict))]
    public async Task<IActionResult> Unlock(Guid id, CancellationToken cancel) => AdministrationAnswer.Of(await closing.UnlockAsync(Actor, id, Client, cancel));

    /// <summary>Takes every second factor, recovery code and passkey away.</summary>
    [HttpPost("admin/users/{id:guid}/reset-mfa")]
    [Answers(204), Refuses(nameof(ApiErrors.Conflict))]
    public async Task<IActionResult> ResetMfa(Guid id, CancellationToken cancel) => AdministrationAnswer.Of(await relief.ResetFactorsAsync(Actor, id, Client, cancel));

    /// <summary>Mails a link to choose a new password.</summary>
    [HttpPost("admin/users/{id:guid}/send-password-reset")]
    [Answers(204), Refuses(nameof(ApiErrors.Conflict))]
    public async Task<IActionResult> SendPasswordReset(Guid id, CancellationToken cancel) =>
        AdministrationAnswer.Of(await relief.SendPasswordResetAsync(Actor, id, Client, cancel));

    /// <summary>Ends every session and refuses every token of before; API tokens are left.</summary>
    [HttpPost("admin/users/{id:guid}/revoke-sessions")]
    [Answers(204), Refuses(nameof(ApiErrors.Conflict))]
    public async Task<IActionResult> RevokeSessions(Guid id, CancellationToken cancel) => AdministrationAnswer.Of(await relief.EndSessionsAsync(Actor, id, Client, cancel));
}

/// <summary>What became of an account, as it goes over the wire.</summary>
internal static class AdministrationAnswer
{
    /// <summary>204, or why not.</summary>
    public static IActionResult Of(AdministrationResult result) => result switch
    {
        AdministrationResult.Done => new NoContentResult(),
        AdministrationResult.NotFound => new ApiProblem(ApiErrors.NotFound),
        AdministrationResult.Forbidden(var reason) => new ApiProblem(ApiErrors.Forbidden, reason),
        AdministrationResult.Conflict(var reason) => new ApiProblem(ApiErrors.Conflict, reason),
        AdministrationResult.Invalid(var errors) => ApiProblem.Invalid(errors),
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
