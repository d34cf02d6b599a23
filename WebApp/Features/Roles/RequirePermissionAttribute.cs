using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using WebApp.Features.Sessions;
using WebApp.Platform.Users;

namespace WebApp.Features.Roles;

/// <summary>
/// Lets only users through whose roles allow something, as of now: a change of roles acts on the next request, whatever a token or cookie
/// says. It stands beside <c>[Authorize]</c> on pages and <c>[BearerAuthorize]</c> on calls; several on one endpoint are all asked for.
/// </summary>
/// <remarks>
/// Pages and calls alike answer 403, not 404: a colleague who is sent a link should read that they lack a permission, not that the link is
/// broken. Whoever may open no section of the console at all does not get this far: to them it is not there. An API token needs a scope of the permission's name besides; the Bearer gate sees to it.
/// There is no <c>WWW-Authenticate</c> where the user lacks the permission, since no other token would help (RFC 6750 3.1).
/// </remarks>
/// <param name="permission">One of <see cref="Platform.Users.Permission"/>.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method, AllowMultiple = true)]
public sealed class RequirePermissionAttribute(string permission) : Attribute, IAsyncAuthorizationFilter
{
    /// <summary>The permission.</summary>
    public string Permission => permission;

    /// <inheritdoc/>
    public async Task OnAuthorizationAsync(AuthorizationFilterContext context)
    {
        var http = context.HttpContext;
        if (http.User.Identity is not { IsAuthenticated: true })
        {
            context.Result = new ChallengeResult();
            return;
        }

        var users = http.RequestServices.GetRequiredService<UserSnapshots>();
        if (await users.FindAsync(http.User.UserId, http.RequestAborted) is not { Closed: false } user || !user.Permissions.Contains(permission))
        {
            // Without a body: the API makes it a problem, the pages make it a page.
            context.Result = new StatusCodeResult(StatusCodes.Status403Forbidden);
        }
    }
}
