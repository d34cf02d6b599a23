using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;

namespace WebApp.Sessions;

/// <summary>
/// Lets a page through only within <see cref="RecentAuthentication.MaxAge"/> of the last authentication; otherwise the browser goes to
/// <c>/reauthenticate</c> and comes back to the page, or, from a form, to <see cref="Page"/>, unless <see cref="PostsToItsPage"/>.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class RequireRecentAuthenticationAttribute : Attribute, IAuthorizationFilter
{
    /// <summary>Where to come back to from a form that has no page of its own.</summary>
    public string Page { get; set; } = "/account";

    /// <summary>Whether the form posts to its own page's address, query included: then that is where to come back to.</summary>
    public bool PostsToItsPage { get; set; }

    /// <inheritdoc/>
    public void OnAuthorization(AuthorizationFilterContext context)
    {
        var request = context.HttpContext.Request;
        var clock = context.HttpContext.RequestServices.GetRequiredService<TimeProvider>();

        // An administrator who looks at somebody's pages can send none of their forms: there is nothing to confirm, and nowhere to do it.
        if (context.HttpContext.User is { ImpersonatedUntil: null, AuthenticatedAt: { } at } && RecentAuthentication.IsTooOld(at, clock.GetUtcNow()))
        {
            var back = PostsToItsPage || HttpMethods.IsGet(request.Method) ? $"{request.Path}{request.QueryString}" : Page;
            context.Result = new RedirectResult($"/reauthenticate?returnUrl={Uri.EscapeDataString(back)}");
        }
    }
}
