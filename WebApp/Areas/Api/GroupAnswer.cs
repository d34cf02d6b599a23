using Microsoft.AspNetCore.Mvc;
using WebApp.Areas.Api.Contracts;
using WebApp.Features.Groups;
using WebApp.Platform.Http;

namespace WebApp.Areas.Api;

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
