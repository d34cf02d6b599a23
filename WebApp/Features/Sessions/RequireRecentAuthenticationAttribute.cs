using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;

namespace WebApp.Features.Sessions;

/// <summary>
/// Lets a page through only within <see cref="RecentAuthentication.MaxAge"/> of the last authentication; otherwise the browser goes to
/// <c>/reauthenticate</c> and comes back to the page, or, from a form, to <see cref="Page"/>, unless <see cref="PostsToItsPage"/>.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public class RequireRecentAuthenticationAttribute : Attribute, IAsyncAuthorizationFilter
{
    /// <summary>Where to come back to from a form that has no page of its own.</summary>
    public string Page { get; set; } = "/account";

    /// <summary>Whether the form posts to its own page's address, query included: then that is where to come back to.</summary>
    public bool PostsToItsPage { get; set; }

    /// <summary>The page that asks to authenticate again.</summary>
    /// <param name="returnUrl">Where to go on.</param>
    /// <param name="strong">Whether a mailed code does not suffice there.</param>
    public static string PathTo(string returnUrl, bool strong) =>
        $"/reauthenticate?returnUrl={Uri.EscapeDataString(returnUrl)}{(strong ? "&factor=strong" : "")}";

    /// <inheritdoc/>
    public async Task OnAuthorizationAsync(AuthorizationFilterContext context)
    {
        // An administrator who looks at somebody's pages can send none of their forms: there is nothing to confirm, and nowhere to do it.
        var http = context.HttpContext;
        if (http.User is not { ImpersonatedUntil: null, AuthenticatedAt: { } at })
        {
            return;
        }

        var strong = await NeedsStrongFactorAsync(http);
        if (RecentAuthentication.IsTooOld(at, http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow())
            || (strong && http.User.HasClaim(PrincipalClaims.Amr, RecentAuthentication.MailedCode)))
        {
            var back = PostsToItsPage || HttpMethods.IsGet(http.Request.Method) ? $"{http.Request.Path}{http.Request.QueryString}" : Page;
            context.Result = new RedirectResult(PathTo(back, strong));
        }
    }

    /// <summary>Whether a mailed code does not suffice for this user here.</summary>
    protected virtual Task<bool> NeedsStrongFactorAsync(HttpContext context) => Task.FromResult(false);
}
