using Microsoft.AspNetCore.Mvc;
using WebApp.Areas.Api.Bearer;
using WebApp.Areas.Api.OpenApi;
using WebApp.Features.Accounts.Administration;
using WebApp.Features.Roles;
using WebApp.Features.Sessions;
using WebApp.Platform.Http;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Users;

namespace WebApp.Areas.Api;

/// <summary>Accounts: found, looked at, renamed.</summary>
[ApiEndpoint, BearerAuthorize]
public sealed class UsersController(UserSearch users, UserDetails details, Renaming renaming) : ControllerBase
{
    /// <summary>By address, 50 a page. <paramref name="query"/> is a piece of an address or name, <paramref name="filter"/> one of <see cref="UserFilter"/>.</summary>
    [HttpGet("admin/users"), RequirePermission(Permission.UsersRead)]
    [AnswersWith<IEnumerable<UserResponse>>]
    public async Task<IActionResult> List(string? query, string? filter, int page = 1, CancellationToken cancel = default) =>
        page < 1 ? ApiProblem.Invalid([new FieldError(nameof(page), "Pages count from 1.")])
        : filter is not null && UserFilter.All.All(known => known.Name != filter)
            ? ApiProblem.Invalid([new FieldError(nameof(filter), $"Send one of: {string.Join(", ", UserFilter.All.Select(known => known.Name))}.")])
            : Ok((await users.ListAsync(query, filter, null, page, UserSearch.PageSize, cancel)).Select(UserResponse.From));

    /// <summary>One of them, with sessions, factors, groups, API tokens and the newest events.</summary>
    [HttpGet("admin/users/{id:guid}"), RequirePermission(Permission.UsersRead)]
    [AnswersWith<UserDetailResponse>]
    public async Task<IActionResult> Find(Guid id, CancellationToken cancel) =>
        await details.FindAsync(id, null, cancel) is { } detail ? Ok(UserDetailResponse.From(detail)) : new ApiProblem(ApiErrors.NotFound);

    /// <summary>Changes a user's display name where the body names it, and nothing else.</summary>
    [HttpPatch("admin/users/{id:guid}"), RequirePermission(Permission.UsersWrite), RecentAuthenticationRequired]
    [AnswersWith<UserResponse>, Refuses(nameof(ApiErrors.Conflict))]
    public async Task<IActionResult> Rename(Guid id, UpdateMeRequest request, CancellationToken cancel)
    {
        if (!request.HasDisplayName)
        {
            return await users.FindAsync(id, cancel) is { } unchanged ? Ok(UserResponse.From(unchanged)) : new ApiProblem(ApiErrors.NotFound);
        }

        var actor = new RoleActor(User.UserId, User.SessionId, BearerIdentity.FromRequest(HttpContext).ApiToken?.Scopes);
        var result = await renaming.RenameAsync(actor, id, request.DisplayName, ClientInfo.FromRequest(HttpContext), cancel);
        return result is AdministrationResult.Done && await users.FindAsync(id, cancel) is { } user ? Ok(UserResponse.From(user)) : AdministrationAnswer.For(result);
    }
}

/// <summary>An account in <c>GET /admin/users/{id}</c>, with what is behind it. Times are UTC.</summary>
public sealed record UserDetailResponse(
    Guid Id,
    string Email,
    bool EmailVerified,
    string? DisplayName,
    bool Locked,
    DateTimeOffset? DeletionRequestedAt,
    bool MfaEnabled,
    IReadOnlyList<string> Roles,
    DateTimeOffset CreatedAt,
    DateTimeOffset? LastSeenAt,
    UserFactorsResponse Factors,
    IEnumerable<SessionResponse> Sessions,
    IEnumerable<UserGroupResponse> Groups,
    IEnumerable<ApiTokenResponse> ApiTokens,
    IEnumerable<UserEventResponse> Events)
{
    /// <summary>Creates the response from an account.</summary>
    public static UserDetailResponse From(UserDetail detail) => new(
        detail.User.Id,
        detail.User.Email,
        detail.User.EmailConfirmed,
        detail.User.DisplayName,
        detail.User.Locked,
        detail.User.DeletionRequestedAt,
        detail.User.MfaEnabled,
        detail.User.Roles,
        detail.User.CreatedAt,
        detail.User.LastSeenAt,
        new(detail.HasPassword, detail.Factors.TotpSince, detail.Factors.EmailOn, detail.Factors.RecoveryCodesLeft, detail.Passkeys),
        detail.Sessions.Sessions.Select(SessionResponse.From),
        detail.Groups.Select(group => new UserGroupResponse(group.Id, group.Name, group.Role)),
        detail.ApiTokens.Select(ApiTokenResponse.From),
        detail.Events.Select(entry => new UserEventResponse(entry.Entry.Id, entry.Entry.At, entry.Entry.Kind, entry.Entry.Outcome, entry.Entry.Ip, entry.ActorId)));
}

/// <summary>An event of somebody's account, with who did it where that was somebody else.</summary>
public sealed record UserEventResponse(Guid Id, DateTimeOffset At, string Kind, string Outcome, string? Ip, Guid? ActorId);

/// <summary>How somebody can sign in.</summary>
public sealed record UserFactorsResponse(bool Password, DateTimeOffset? TotpSince, bool Email, int RecoveryCodesLeft, int Passkeys);

/// <summary>A group somebody is in.</summary>
public sealed record UserGroupResponse(Guid Id, string Name, string Role);

/// <summary>An account in <c>GET /admin/users</c>. Times are UTC.</summary>
public sealed record UserResponse(
    Guid Id,
    string Email,
    bool EmailVerified,
    string? DisplayName,
    bool Locked,
    DateTimeOffset? DeletionRequestedAt,
    bool MfaEnabled,
    IReadOnlyList<string> Roles,
    DateTimeOffset CreatedAt,
    DateTimeOffset? LastSeenAt)
{
    /// <summary>Creates the response from an account.</summary>
    public static UserResponse From(UserSummary user) => new(
        user.Id, user.Email, user.EmailConfirmed, user.DisplayName, user.Locked, user.DeletionRequestedAt, user.MfaEnabled, user.Roles, user.CreatedAt, user.LastSeenAt);
}

/// <summary>What is done to somebody's account. Each answers 204. Nobody chooses a password for anybody.</summary>
[ApiEndpoint, BearerAuthorize, RequirePermission(Permission.UsersWrite), RecentAuthenticationRequired]
public sealed class UserActsController(AccountClosing closing, AdminCredentialReset relief) : ControllerBase
{
    private RoleActor Actor => new(User.UserId, User.SessionId, BearerIdentity.FromRequest(HttpContext).ApiToken?.Scopes);

    private ClientInfo Client => ClientInfo.FromRequest(HttpContext);

    /// <summary>Signs everything out and lets nobody in.</summary>
    [HttpPost("admin/users/{id:guid}/lock")]
    [Answers(204), Refuses(nameof(ApiErrors.Conflict))]
    public async Task<IActionResult> Lock(Guid id, CancellationToken cancel) => AdministrationAnswer.For(await closing.LockAsync(Actor, id, Client, cancel));

    /// <summary>Lets them in again, and forgets wrong passwords and codes.</summary>
    [HttpPost("admin/users/{id:guid}/unlock")]
    [Answers(204), Refuses(nameof(ApiErrors.Conflict))]
    public async Task<IActionResult> Unlock(Guid id, CancellationToken cancel) => AdministrationAnswer.For(await closing.UnlockAsync(Actor, id, Client, cancel));

    /// <summary>Takes every second factor, recovery code and passkey away.</summary>
    [HttpPost("admin/users/{id:guid}/reset-mfa")]
    [Answers(204), Refuses(nameof(ApiErrors.Conflict))]
    public async Task<IActionResult> ResetMfa(Guid id, CancellationToken cancel) => AdministrationAnswer.For(await relief.ResetFactorsAsync(Actor, id, Client, cancel));

    /// <summary>Mails a link to choose a new password.</summary>
    [HttpPost("admin/users/{id:guid}/send-password-reset")]
    [Answers(204), Refuses(nameof(ApiErrors.Conflict))]
    public async Task<IActionResult> SendPasswordReset(Guid id, CancellationToken cancel) =>
        AdministrationAnswer.For(await relief.SendPasswordResetAsync(Actor, id, Client, cancel));

    /// <summary>Ends every session and refuses every token of before; API tokens are left.</summary>
    [HttpPost("admin/users/{id:guid}/revoke-sessions")]
    [Answers(204), Refuses(nameof(ApiErrors.Conflict))]
    public async Task<IActionResult> RevokeSessions(Guid id, CancellationToken cancel) => AdministrationAnswer.For(await relief.EndSessionsAsync(Actor, id, Client, cancel));
}

/// <summary>The response to an action on an account.</summary>
internal static class AdministrationAnswer
{
    /// <summary>204, or the problem.</summary>
    public static IActionResult For(AdministrationResult result) => result switch
    {
        AdministrationResult.Done => new NoContentResult(),
        AdministrationResult.NotFound => new ApiProblem(ApiErrors.NotFound),
        AdministrationResult.Forbidden(var reason) => new ApiProblem(ApiErrors.Forbidden, reason),
        AdministrationResult.Conflict(var reason) => new ApiProblem(ApiErrors.Conflict, reason),
        AdministrationResult.Invalid(var errors) => ApiProblem.Invalid(errors),
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
