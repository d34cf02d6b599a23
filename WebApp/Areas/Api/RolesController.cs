using Microsoft.AspNetCore.Mvc;
using WebApp.Areas.Api.Bearer;
using WebApp.Areas.Api.OpenApi;
using WebApp.Features.Roles;
using WebApp.Features.Sessions;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Users;

namespace WebApp.Areas.Api;

/// <summary>Roles, what they allow, and who has them.</summary>
[ApiEndpoint, BearerAuthorize, RequirePermission(Permission.RolesWrite)]
public sealed class RolesController(RoleDirectory roles, RoleAssignment assignment) : ControllerBase
{
    private RoleActor Actor => new(User.UserId, User.SessionId, BearerIdentity.FromRequest(HttpContext).ApiToken?.Scopes);

    /// <summary>The built-in ones first, then by name.</summary>
    [HttpGet("admin/roles")]
    public async Task<IEnumerable<RoleResponse>> List(CancellationToken cancel) => (await roles.ListAsync(cancel)).Select(RoleResponse.From);

    /// <summary>What roles can allow.</summary>
    [HttpGet("admin/permissions")]
    public IEnumerable<PermissionResponse> Permissions() => Permission.All.Select(permission => new PermissionResponse(permission.Name, permission.Allows));

    /// <summary>Makes one; 201.</summary>
    [HttpPost("admin/roles"), RecentAuthenticationRequired]
    [AnswersWith<RoleResponse>(StatusCodes.Status201Created), Refuses(nameof(ApiErrors.Conflict))]
    public async Task<IActionResult> Create(RoleRequest request, CancellationToken cancel) => RoleAnswer.For(
        await roles.CreateAsync(Actor, request.Name, request.Permissions, ClientInfo.FromRequest(HttpContext), cancel), StatusCodes.Status201Created);

    /// <summary>Gives one a name and exactly these permissions.</summary>
    [HttpPut("admin/roles/{id:guid}"), RecentAuthenticationRequired]
    [AnswersWith<RoleResponse>, Refuses(nameof(ApiErrors.Conflict))]
    public async Task<IActionResult> Update(Guid id, RoleRequest request, CancellationToken cancel) =>
        RoleAnswer.For(await roles.UpdateAsync(Actor, id, request.Name, request.Permissions, ClientInfo.FromRequest(HttpContext), cancel));

    /// <summary>Deletes one; 204. While somebody has it, 409 unless <paramref name="force"/>.</summary>
    [HttpDelete("admin/roles/{id:guid}"), RecentAuthenticationRequired]
    [Answers(StatusCodes.Status204NoContent), Refuses(nameof(ApiErrors.Conflict))]
    public async Task<IActionResult> Delete(Guid id, bool force = false, CancellationToken cancel = default) =>
        RoleAnswer.For(await roles.DeleteAsync(Actor, id, force, ClientInfo.FromRequest(HttpContext), cancel));

    /// <summary>Gives a user exactly these roles, and <c>user</c>.</summary>
    [HttpPut("admin/users/{id:guid}/roles"), RecentAuthenticationRequired]
    [AnswersWith<UserRolesResponse>, Refuses(nameof(ApiErrors.Conflict))]
    public async Task<IActionResult> Assign(Guid id, UserRolesRequest request, CancellationToken cancel) =>
        RoleAnswer.For(await assignment.AssignAsync(Actor, id, request.Roles, ClientInfo.FromRequest(HttpContext), cancel));
}

/// <summary>A permission there is, with what it allows in words.</summary>
public sealed record PermissionResponse(string Name, string Allows);

/// <summary>The response to an action on a role.</summary>
internal static class RoleAnswer
{
    /// <summary>The response; <paramref name="success"/> is the status of a success with a body.</summary>
    public static IActionResult For(RoleResult result, int success = StatusCodes.Status200OK) => result switch
    {
        RoleResult.Saved(var role) => new ObjectResult(RoleResponse.From(role)) { StatusCode = success },
        RoleResult.Assigned(var roles) => new ObjectResult(new UserRolesResponse(roles)) { StatusCode = success },
        RoleResult.Deleted => new NoContentResult(),
        RoleResult.Invalid(var errors) => ApiProblem.Invalid(errors),
        RoleResult.NotFound => new ApiProblem(ApiErrors.NotFound),
        RoleResult.Forbidden(var reason) => new ApiProblem(ApiErrors.Forbidden, reason),
        RoleResult.Conflict(var reason) => new ApiProblem(ApiErrors.Conflict, reason),
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}

/// <summary>Body of <c>POST /admin/roles</c> and <c>PUT /admin/roles/{id}</c>.</summary>
/// <param name="Name">What the role is called.</param>
/// <param name="Permissions">Exactly what it allows; left out: nothing.</param>
public sealed record RoleRequest(string Name, string[]? Permissions);

/// <summary>A role in <c>GET /admin/roles</c>, with how many users have it.</summary>
public sealed record RoleResponse(Guid Id, string Name, bool BuiltIn, IReadOnlyList<string> Permissions, int Members)
{
    /// <summary>Creates the response from a role.</summary>
    public static RoleResponse From(RoleView view) => new(view.Id, view.Name, view.BuiltIn, view.Permissions, view.Members);
}

/// <summary>Body of <c>PUT /admin/users/{id}/roles</c>.</summary>
/// <param name="Roles">Exactly these, by name; <c>user</c> needs no mention.</param>
public sealed record UserRolesRequest(string[] Roles);

/// <summary>A user's roles, sorted.</summary>
public sealed record UserRolesResponse(IReadOnlyList<string> Roles);
