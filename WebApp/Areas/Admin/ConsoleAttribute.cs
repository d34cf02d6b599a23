using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using WebApp.Features.Sessions;
using WebApp.Platform.Users;

namespace WebApp.Areas.Admin;

/// <summary>
/// Marks a controller of the console. To whom no section is open, the whole of it answers 404; to the others each page says by
/// <c>[RequirePermission]</c> what it asks for. The dashboard, where whoever comes to <c>/admin</c> arrives, leads on to the first section
/// that is open to them.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ConsoleAttribute : AuthorizeAttribute, IAsyncAuthorizationFilter, IOrderedFilter
{
    /// <summary>Before <c>[RequirePermission]</c>, which would say 403.</summary>
    public int Order => -1;

    /// <inheritdoc/>
    public async Task OnAuthorizationAsync(AuthorizationFilterContext context)
    {
        var http = context.HttpContext;
        if (http.User.Identity is not { IsAuthenticated: true })
        {
            return; // The sign-in page comes first, by [Authorize].
        }

        var users = http.RequestServices.GetRequiredService<UserSnapshots>();
        var open = ConsoleSection.OpenTo(await users.FindAsync(http.User.UserId, http.RequestAborted));
        if (open is not [var first, ..])
        {
            context.Result = new StatusCodeResult(StatusCodes.Status404NotFound);
        }
        else if (http.Request.Path.Equals(ConsoleSection.Root, StringComparison.OrdinalIgnoreCase) && HttpMethods.IsGet(http.Request.Method) && first.Path != ConsoleSection.Root)
        {
            context.Result = new RedirectResult(first.Path);
        }
    }
}
