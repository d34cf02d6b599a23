using Microsoft.AspNetCore.Mvc;
using WebApp.Areas.Api.Bearer;
using WebApp.Areas.Api.OpenApi;
using WebApp.Features.Groups;
using WebApp.Features.Sessions;
using WebApp.Features.Tokens;
using WebApp.Platform.Http;

namespace WebApp.Areas.Api;

/// <summary>The caller's groups. A group the caller is not in is not there.</summary>
[ApiEndpoint, BearerAuthorize]
public sealed class GroupsController(GroupDirectory groups) : ControllerBase
{
    /// <summary>By name.</summary>
    [HttpGet("groups"), ApiTokenScope(ApiScope.GroupsRead)]
    public async Task<IEnumerable<GroupResponse>> List(CancellationToken cancel) => (await groups.ListAsync(User.UserId, cancel)).Select(GroupResponse.From);

    /// <summary>Makes one; 201.</summary>
    [HttpPost("groups"), ApiTokenScope(ApiScope.GroupsWrite)]
    [AnswersWith<GroupResponse>(StatusCodes.Status201Created), Refuses(nameof(ApiErrors.Conflict))]
    public async Task<IActionResult> Create(GroupRequest request, CancellationToken cancel) =>
        GroupAnswer.For(HttpContext, await groups.CreateAsync(GroupActor.FromRequest(HttpContext), request.Name, cancel), StatusCodes.Status201Created);

    /// <summary>One of them.</summary>
    [HttpGet("groups/{id:guid}"), ApiTokenScope(ApiScope.GroupsRead)]
    [AnswersWith<GroupResponse>]
    public async Task<IActionResult> Find(Guid id, CancellationToken cancel) =>
        await groups.FindAsync(User.UserId, id, cancel) is { } group ? Ok(GroupResponse.From(group)) : new ApiProblem(ApiErrors.NotFound);

    /// <summary>Renames one.</summary>
    [HttpPatch("groups/{id:guid}"), ApiTokenScope(ApiScope.GroupsWrite)]
    [AnswersWith<GroupResponse>]
    public async Task<IActionResult> Rename(Guid id, GroupRequest request, CancellationToken cancel) =>
        GroupAnswer.For(HttpContext, await groups.RenameAsync(GroupActor.FromRequest(HttpContext), id, request.Name, cancel));

    /// <summary>Deletes one; 204.</summary>
    [HttpDelete("groups/{id:guid}"), ApiTokenScope(ApiScope.GroupsWrite), RecentAuthenticationRequired]
    [Answers(StatusCodes.Status204NoContent)]
    public async Task<IActionResult> Delete(Guid id, CancellationToken cancel) =>
        GroupAnswer.For(HttpContext, await groups.DeleteAsync(GroupActor.FromRequest(HttpContext), id, cancel));
}

/// <summary>The response to an action on a group.</summary>
internal static class GroupAnswer
{
    /// <summary>The response; <paramref name="success"/> is the status of a success with a body.</summary>
    public static IActionResult For(HttpContext context, GroupResult result, int success = StatusCodes.Status200OK)
    {
        if (result is GroupResult.TooMany(var wait))
        {
            context.Response.Headers.RetryAfter = RetryAfter.Seconds(wait);
        }

        return result switch
        {
            GroupResult.Done => new NoContentResult(),
            GroupResult.Saved(var group) => new ObjectResult(GroupResponse.From(group)) { StatusCode = success },
            GroupResult.Changed(var member) => new ObjectResult(GroupMemberResponse.From(member)) { StatusCode = success },
            GroupResult.Invited(var invitation) => new ObjectResult(InvitationResponse.From(invitation)) { StatusCode = success },
            GroupResult.NotFound => new ApiProblem(ApiErrors.NotFound),
            GroupResult.Forbidden(var reason) => new ApiProblem(ApiErrors.Forbidden, reason),
            GroupResult.Invalid(var errors) => ApiProblem.Invalid(errors),
            GroupResult.Conflict(var reason) => new ApiProblem(ApiErrors.Conflict, reason),
            GroupResult.TooMany => new ApiProblem(ApiErrors.TooManyAttempts),
            GroupResult.NotProven => new ApiProblem(ApiErrors.InvalidCode),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }
}

/// <summary>Body of <c>POST /groups</c> and <c>PATCH /groups/{id}</c>.</summary>
/// <param name="Name">What the group is called; at most 60 characters on one line.</param>
public sealed record GroupRequest(string Name);

/// <summary>A group in <c>GET /groups</c>: the caller's role in it, and how many are in it. Times are UTC.</summary>
public sealed record GroupResponse(Guid Id, string Name, string Role, int Members, DateTimeOffset CreatedAt)
{
    /// <summary>Creates the response from a group.</summary>
    public static GroupResponse From(GroupView view) => new(view.Id, view.Name, view.Role, view.Members, view.CreatedAt);
}

/// <summary>Who is in one of the caller's groups.</summary>
[ApiEndpoint, BearerAuthorize]
public sealed class GroupMembersController(GroupMembers members) : ControllerBase
{
    /// <summary>The owner first, then administrators, then by name.</summary>
    [HttpGet("groups/{id:guid}/members"), ApiTokenScope(ApiScope.GroupsRead)]
    [AnswersWith<IEnumerable<GroupMemberResponse>>]
    public async Task<IActionResult> List(Guid id, CancellationToken cancel) =>
        await members.ListAsync(User.UserId, id, cancel) is { } list ? Ok(list.Select(GroupMemberResponse.From)) : new ApiProblem(ApiErrors.NotFound);

    /// <summary>Changes a member's role; with <c>owner</c>, hands the group over.</summary>
    [HttpPatch("groups/{id:guid}/members/{userId:guid}"), ApiTokenScope(ApiScope.GroupsWrite), RecentAuthenticationRequired]
    [AnswersWith<GroupMemberResponse>, Refuses(nameof(ApiErrors.Conflict))]
    public async Task<IActionResult> ChangeRole(Guid id, Guid userId, GroupMemberRequest request, CancellationToken cancel) =>
        GroupAnswer.For(HttpContext, await members.ChangeRoleAsync(GroupActor.FromRequest(HttpContext), id, userId, request.Role, cancel));

    /// <summary>Removes a member; of oneself, leaves. 204.</summary>
    [HttpDelete("groups/{id:guid}/members/{userId:guid}"), ApiTokenScope(ApiScope.GroupsWrite)]
    [Answers(StatusCodes.Status204NoContent), Refuses(nameof(ApiErrors.Conflict))]
    public async Task<IActionResult> Remove(Guid id, Guid userId, CancellationToken cancel) =>
        GroupAnswer.For(HttpContext, await members.RemoveAsync(GroupActor.FromRequest(HttpContext), id, userId, cancel));
}

/// <summary>Body of <c>PATCH /groups/{id}/members/{user_id}</c>.</summary>
/// <param name="Role"><c>admin</c> or <c>member</c>; <c>owner</c> hands the group over.</param>
public sealed record GroupMemberRequest(string Role);

/// <summary>Somebody in a group. The address is null for callers who are neither its owner nor administrators. Times are UTC.</summary>
public sealed record GroupMemberResponse(Guid UserId, string Name, string? Email, string Role, DateTimeOffset JoinedAt)
{
    /// <summary>Creates the response from a member.</summary>
    public static GroupMemberResponse From(MemberView view) => new(view.UserId, view.Name, view.Email, view.Role, view.JoinedAt);
}
