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
    public async Task<IEnumerable<GroupResponse>> List(CancellationToken cancel) => (await groups.ListAsync(User.UserId, cancel)).Select(GroupResponse.Of);

    /// <summary>Makes one; 201.</summary>
    [HttpPost("groups"), ApiTokenScope(ApiScope.GroupsWrite)]
    [AnswersWith<GroupResponse>(StatusCodes.Status201Created), Refuses(nameof(ApiErrors.Conflict))]
    public async Task<IActionResult> Create(GroupRequest request, CancellationToken cancel) =>
        GroupAnswer.Of(HttpContext, await groups.CreateAsync(GroupActor.Of(HttpContext), request.Name, cancel), StatusCodes.Status201Created);

    /// <summary>One of them.</summary>
    [HttpGet("groups/{id:guid}"), ApiTokenScope(ApiScope.GroupsRead)]
    [AnswersWith<GroupResponse>]
    public async Task<IActionResult> Find(Guid id, CancellationToken cancel) =>
        await groups.FindAsync(User.UserId, id, cancel) is { } group ? Ok(GroupResponse.Of(group)) : new ApiProblem(ApiErrors.NotFound);

    /// <summary>Renames one.</summary>
    [HttpPatch("groups/{id:guid}"), ApiTokenScope(ApiScope.GroupsWrite)]
    [AnswersWith<GroupResponse>]
    public async Task<IActionResult> Rename(Guid id, GroupRequest request, CancellationToken cancel) =>
        GroupAnswer.Of(HttpContext, await groups.RenameAsync(GroupActor.Of(HttpContext), id, request.Name, cancel));

    /// <summary>Deletes one; 204.</summary>
    [HttpDelete("groups/{id:guid}"), ApiTokenScope(ApiScope.GroupsWrite), RecentAuthenticationRequired]
    [Answers(StatusCodes.Status204NoContent)]
    public async Task<IActionResult> Delete(Guid id, CancellationToken cancel) =>
        GroupAnswer.Of(HttpContext, await groups.DeleteAsync(GroupActor.Of(HttpContext), id, cancel));
}

/// <summary>What became of a group, as it goes over the wire.</summary>
internal static class GroupAnswer
{
    /// <summary>The answer; <paramref name="success"/> is the status where there is something to show.</summary>
    public static IActionResult Of(HttpContext context, GroupResult result, int success = StatusCodes.Status200OK)
    {
        if (result is GroupResult.TooMany(var wait))
        {
            context.Response.Headers.RetryAfter = RetryAfter.Seconds(wait);
        }

        return result switch
        {
            GroupResult.Done => new NoContentResult(),
            GroupResult.Saved(var group) => new ObjectResult(GroupResponse.Of(group)) { StatusCode = success },
            GroupResult.Changed(var member) => new ObjectResult(GroupMemberResponse.Of(member)) { StatusCode = success },
            GroupResult.Invited(var invitation) => new ObjectResult(InvitationResponse.Of(invitation)) { StatusCode = success },
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
    /// <summary>A group as it goes over the wire.</summary>
    public static GroupResponse Of(GroupView view) => new(view.Id, view.Name, view.Role, view.Members, view.CreatedAt);
}
