using System.Globalization;
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

/// <summary>Accounts: searched, looked at, created, renamed.</summary>
[ApiEndpoint, BearerAuthorize]
public sealed class UsersController(UserSearch users, UserDetails details, UserCreation creation, AdminRenaming renaming) : ControllerBase
{
    private RoleActor Actor => new(User.UserId, User.SessionId, BearerIdentity.FromRequest(HttpContext).ApiToken?.Scopes);

    /// <summary>
    /// A page of accounts; <c>X-Total-Count</c> has the number of all that match. <paramref name="query"/> is a part of an address or name, or a whole id or IP address; <paramref name="role"/> the name of a
    /// role; <paramref name="state"/> <c>active</c>, <c>locked</c>, <c>deleted</c>, <c>unconfirmed</c>, <c>invited</c>, <c>admins</c> or <c>no-second-factor</c>; <paramref name="sort"/> <c>email</c>,
    /// <c>display_name</c> or <c>created_at</c>, with <c>-</c> before it for the reverse order. <paramref name="filter"/> is an older name of <c>state</c>.
    /// </summary>
    [HttpGet("admin/users"), RequirePermission(Permission.UsersRead)]
    [AnswersWith<IEnumerable<UserResponse>>]
    public async Task<IActionResult> List(
        string? query, string? role, string? state, string? sort, string? filter, int page = 1, int limit = UserSearch.PageSize, CancellationToken cancel = default)
    {
        FieldError[] errors =
        [
            .. page < 1 ? [new FieldError(nameof(page), "Pages count from 1.")] : Array.Empty<FieldError>(),
            .. limit is < 1 or > UserSearch.MaxPageSize ? [new FieldError(nameof(limit), $"Send a number from 1 to {UserSearch.MaxPageSize}.")] : Array.Empty<FieldError>(),
            .. Unknown(nameof(filter), filter, UserState.All.Select(known => known.Name)),
            .. Unknown(nameof(state), state, UserState.All.Select(known => known.Name)),
            .. Unknown(nameof(sort), sort, UserQuery.Sorts),
        ];
        if (errors.Length > 0)
        {
            return ApiProblem.Invalid(errors);
        }

        var found = await users.ListAsync(new(query, role, state ?? filter, sort, page, limit), cancel);
        Response.Headers["X-Total-Count"] = found.Total.ToString(CultureInfo.InvariantCulture);
        return Ok(found.Users.Select(UserResponse.From));
    }

    /// <summary>Creates an account without a password and mails an invitation to choose one. <c>roles</c> need the permission <c>roles.write</c> as well.</summary>
    [HttpPost("admin/users"), RequirePermission(Permission.UsersWrite), RecentAuthenticationRequired]
    [AnswersWith<UserResponse>(StatusCodes.Status201Created), Refuses(nameof(ApiErrors.Conflict))]
    public async Task<IActionResult> Create(CreateUserRequest request, CancellationToken cancel)
    {
        NewAccount account = new(request.Email, request.DisplayName, request.Roles ?? [], request.EmailVerified ?? false);
        return await creation.CreateAsync(Actor, account, ClientInfo.FromRequest(HttpContext), cancel) switch
        {
            UserCreationResult.Created(var id) => Created($"/api/v1/admin/users/{id}", UserResponse.From((await users.FindAsync(id, cancel))!)),
            UserCreationResult.Refused(var refused) => AdministrationAnswer.For(refused),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

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

        var result = await renaming.RenameAsync(Actor, id, request.DisplayName, ClientInfo.FromRequest(HttpContext), cancel);
        return result is AdministrationResult.Done && await users.FindAsync(id, cancel) is { } user ? Ok(UserResponse.From(user)) : AdministrationAnswer.For(result);
    }

    private static IEnumerable<FieldError> Unknown(string field, string? value, IEnumerable<string> known) =>
        string.IsNullOrEmpty(value) || known.Contains(value) ? [] : [new FieldError(field, $"Send one of: {string.Join(", ", known)}.")];
}

/// <summary>Body of <c>POST /admin/users</c>.</summary>
/// <param name="Email">The address, which must have no account yet.</param>
/// <param name="DisplayName">The display name.</param>
/// <param name="Roles">Names of roles besides <c>user</c>.</param>
/// <param name="EmailVerified">Whether the address counts as confirmed; otherwise it is confirmed when its owner chooses a password by the invitation.</param>
public sealed record CreateUserRequest(string Email, string? DisplayName, string[]? Roles, bool? EmailVerified);

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
public sealed class UserActsController(AccountClosing closing, AdminCredentialReset relief, UserCreation creation, AccessEnding ending) : ControllerBase
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

    /// <summary>Confirms the address: the caller knows that it is its owner's.</summary>
    [HttpPost("admin/users/{id:guid}/confirm-email")]
    [Answers(204), Refuses(nameof(ApiErrors.Conflict))]
    public async Task<IActionResult> ConfirmEmail(Guid id, CancellationToken cancel) => AdministrationAnswer.For(await closing.ConfirmEmailAsync(Actor, id, Client, cancel));

    /// <summary>Mails the invitation to choose a password again, to an account that has none.</summary>
    [HttpPost("admin/users/{id:guid}/invite")]
    [Answers(204), Refuses(nameof(ApiErrors.Conflict))]
    public async Task<IActionResult> Invite(Guid id, CancellationToken cancel) => AdministrationAnswer.For(await creation.InviteAsync(Actor, id, Client, cancel));

    /// <summary>Deletes the account: it is closed at once and erased after 30 days.</summary>
    [HttpDelete("admin/users/{id:guid}")]
    [Answers(204), Refuses(nameof(ApiErrors.Conflict))]
    public async Task<IActionResult> Delete(Guid id, CancellationToken cancel) => AdministrationAnswer.For(await closing.DeleteAsync(Actor, id, Client, cancel));

    /// <summary>Ends one session.</summary>
    [HttpDelete("admin/users/{id:guid}/sessions/{sessionId:guid}")]
    [Answers(204), Refuses(nameof(ApiErrors.Conflict))]
    public async Task<IActionResult> EndSession(Guid id, Guid sessionId, CancellationToken cancel) =>
        AdministrationAnswer.For(await ending.EndSessionAsync(Actor, id, sessionId, Client, cancel));

    /// <summary>Revokes one API token.</summary>
    [HttpDelete("admin/users/{id:guid}/api-tokens/{tokenId:guid}")]
    [Answers(204), Refuses(nameof(ApiErrors.Conflict))]
    public async Task<IActionResult> RevokeToken(Guid id, Guid tokenId, CancellationToken cancel) =>
        AdministrationAnswer.For(await ending.RevokeTokenAsync(Actor, id, tokenId, Client, cancel));
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
