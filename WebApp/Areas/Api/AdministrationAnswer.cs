using Microsoft.AspNetCore.Mvc;
using WebApp.Features.Accounts.Administration;

namespace WebApp.Areas.Api;

/// <summary>What became of an account, as it goes over the wire.</summary>
internal static class AdministrationAnswer
{
    /// <summary>204, or why not.</summary>
    public static IActionResult Of(AdministrationResult result) => result switch
    {
        AdministrationResult.Done => new NoContentResult(),
        AdministrationResult.NotFound => new ApiProblem(ApiErrors.NotFound),
        AdministrationResult.Forbidden(var reason) => new ApiProblem(ApiErrors.Forbidden, reason),
        AdministrationResult.Conflict(var reason) => new ApiProblem(ApiErrors.Conflict, reason),
        AdministrationResult.Invalid(var errors) => ApiProblem.Invalid(errors),
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
