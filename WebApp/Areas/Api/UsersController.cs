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
            : Ok((await users.ListAsync(query, filter, null, page, UserSearch.PageSize, cancel)).Select(UserResponse.Of));

    /// <summary>One of them, with sessions, factors, groups, API tokens and the newest events.</summary>
    [HttpGet("admin/users/{id:guid}"), RequirePermission(Permission.UsersRead)]
    [AnswersWith<UserDetailResponse>]
    public async Task<IActionResult> Find(Guid id, CancellationToken cancel) =>
        await details.FindAsync(id, null, cancel) is { } detail ? Ok(UserDetailResponse.Of(detail)) : new ApiProblem(ApiErrors.NotFound);

    /// <summary>Changes a user's display name where the body names it, and nothing else.</summary>
    [HttpPatch("admin/users/{id:guid}"), RequirePermission(Permission.UsersWrite), RecentAuthenticationRequired]
    [AnswersWith<UserResponse>, Refuses(nameof(ApiErrors.Conflict))]
    public async Task<IActionResult> Rename(Guid id, UpdateMeRequest request, CancellationToken cancel)
    {
        if (!request.HasDisplayName)
        {
            return await users.FindAsync(id, cancel) is { } unchanged ? Ok(UserResponse.Of(unchanged)) : new ApiProblem(ApiErrors.NotFound);
        }

        var actor = new RoleActor(User.UserId, User.SessionId, BearerIdentity.Of(HttpContext).ApiToken?.Scopes);
        var result = await renaming.RenameAsync(actor, id, request.DisplayName, ClientInfo.Of(HttpContext), cancel);
        return result is AdministrationResult.Done && await users.FindAsync(id, cancel) is { } user ? Ok(UserResponse.Of(user)) : AdministrationAnswer.Of(result);
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
    /// <summary>An account as it goes over the wire.</summary>
    public static UserDetailResponse Of(UserDetail detail) => new(
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
        detail.Sessions.Sessions.Select(SessionResponse.Of),
        detail.Groups.Select(group => new UserGroupResponse(group.Id, group.Name, group.Role)),
        detail.ApiTokens.Select(ApiTokenResponse.Of),
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
    /// <summary>An account as it goes over the wire.</summary>
    public static UserResponse Of(UserSummary user) => new(
        user.Id, user.Email, user.EmailConfirmed, user.DisplayName, user.Locked, user.DeletionRequestedAt, user.MfaEnabled, user.Roles, user.CreatedAt, user.LastSeenAt);
}
