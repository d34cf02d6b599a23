using Microsoft.AspNetCore.Mvc;
using WebApp.Areas.Api.Bearer;
using WebApp.Areas.Api.OpenApi;
using WebApp.Features.Groups;
using WebApp.Features.Sessions;
using WebApp.Features.Tokens;

namespace WebApp.Areas.Api;

/// <summary>Who is in one of the caller's groups.</summary>
[ApiEndpoint, BearerAuthorize]
public sealed class GroupMembersController(GroupMembers members) : ControllerBase
{
    /// <summary>The owner first, then administrators, then by name.</summary>
    [HttpGet("groups/{id:guid}/members"), ApiTokenScope(ApiScope.GroupsRead)]
    [AnswersWith<IEnumerable<GroupMemberResponse>>]
    public async Task<IActionResult> List(Guid id, CancellationToken cancel) =>
        await members.ListAsync(User.UserId, id, cancel) is { } list ? Ok(list.Select(GroupMemberResponse.Of)) : new ApiProblem(ApiErrors.NotFound);

    /// <summary>Changes a member's role; with <c>owner</c>, hands the group over.</summary>
    [HttpPatch("groups/{id:guid}/members/{userId:guid}"), ApiTokenScope(ApiScope.GroupsWrite), RecentAuthenticationRequired]
    [AnswersWith<GroupMemberResponse>, Refuses(nameof(ApiErrors.Conflict))]
    public async Task<IActionResult> ChangeRole(Guid id, Guid userId, GroupMemberRequest request, CancellationToken cancel) =>
        GroupAnswer.Of(HttpContext, await members.ChangeRoleAsync(GroupActor.Of(HttpContext), id, userId, request.Role, cancel));

    /// <summary>Removes a member; of oneself, leaves. 204.</summary>
    [HttpDelete("groups/{id:guid}/members/{userId:guid}"), ApiTokenScope(ApiScope.GroupsWrite)]
    [Answers(StatusCodes.Status204NoContent), Refuses(nameof(ApiErrors.Conflict))]
    public async Task<IActionResult> Remove(Guid id, Guid userId, CancellationToken cancel) =>
        GroupAnswer.Of(HttpContext, await members.RemoveAsync(GroupActor.Of(HttpContext), id, userId, cancel));
}

/// <summary>Body of <c>PATCH /groups/{id}/members/{user_id}</c>.</summary>
/// <param name="Role"><c>admin</c> or <c>member</c>; <c>owner</c> hands the group over.</param>
public sealed record GroupMemberRequest(string Role);

/// <summary>Somebody in a group. The address is null for callers who are neither its owner nor administrators. Times are UTC.</summary>
public sealed record GroupMemberResponse(Guid UserId, string Name, string? Email, string Role, DateTimeOffset JoinedAt)
{
    /// <summary>A member as they go over the wire.</summary>
    public static GroupMemberResponse Of(MemberView view) => new(view.UserId, view.Name, view.Email, view.Role, view.JoinedAt);
}
