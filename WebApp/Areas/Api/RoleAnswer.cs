using Microsoft.AspNetCore.Mvc;
using WebApp.Areas.Api.Contracts;
using WebApp.Features.Roles;

namespace WebApp.Areas.Api;

/// <summary>What became of a role, as it goes over the wire.</summary>
internal static class RoleAnswer
{
    /// <summary>The answer; <paramref name="success"/> is the status where there is something to show.</summary>
    public static IActionResult Of(RoleResult result, int success = StatusCodes.Status200OK) => result switch
    {
        RoleResult.Saved(var role) => new ObjectResult(RoleResponse.Of(role)) { StatusCode = success },
        RoleResult.Assigned(var roles) => new ObjectResult(new UserRolesResponse(roles)) { StatusCode = success },
        RoleResult.Deleted => new NoContentResult(),
        RoleResult.Invalid(var errors) => ApiProblem.Invalid(errors),
        RoleResult.NotFound => new ApiProblem(ApiErrors.NotFound),
        RoleResult.Forbidden(var reason) => new ApiProblem(ApiErrors.Forbidden, reason),
        RoleResult.Conflict(var reason) => new ApiProblem(ApiErrors.Conflict, reason),
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
