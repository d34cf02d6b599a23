using Microsoft.AspNetCore.Mvc;
using WebApp.Areas.Api.Bearer;
using WebApp.Areas.Api.Contracts;
using WebApp.Areas.Api.OpenApi;
using WebApp.Features.Groups;
using WebApp.Features.Sessions;
using WebApp.Features.Tokens;

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
