using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using WebApp.Features.Sessions;
using WebApp.Platform.Users;

namespace WebApp.Features.Roles;

/// <summary>
/// Admits only users whose current roles have a permission: a change of roles applies to the next request, whatever a token or cookie says. Used together
/// with <c>[Authorize]</c> on pages and <c>[BearerAuthorize]</c> on API calls. Several on one endpoint are all required.
/// </summary>
/// <remarks>
/// Pages and API calls answer 403, not 404: a user who was sent a link should see that they lack a permission, not that the link is wrong. Users without
/// access to any section of the console get 404 before. An API token also needs a scope with the permission's name, which the Bearer gate checks. There is
/// no <c>WWW-Authenticate</c> if the user lacks the permission, because no other token would help (RFC 6750 3.1).
/// </remarks>
/// <param name="permission">A value of <see cref="Platform.Users.Permission"/>.</param>
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
            // Without a body: the API adds a problem response, the pages add a page.
            context.Result = new StatusCodeResult(StatusCodes.Status403Forbidden);
        }
    }
}
