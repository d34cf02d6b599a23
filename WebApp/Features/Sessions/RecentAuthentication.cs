using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;

namespace WebApp.Features.Sessions;

/// <summary>How recent an authentication must be for a sensitive operation (ASVS 7.5.1, RFC 9470).</summary>
public static class RecentAuthentication
{
    /// <summary>The maximum age of an authentication for a sensitive operation.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(10);

    // Clocks of nodes differ; a time further ahead means that the clock was set back. It is short, because it adds to the allowed age.
    private static readonly TimeSpan Ahead = TimeSpan.FromMinutes(1);

    /// <summary>The value that <c>amr</c> contains exactly while the last authentication was by mailed code: RFC 8176 has no value for it.</summary>
    public const string MailedCode = "email";

    /// <summary>Whether an authentication is too old now. One in the future counts as too old, because its age is unknown.</summary>
    public static bool IsTooOld(DateTimeOffset authenticatedAt, DateTimeOffset now) => now - authenticatedAt > MaxAge || authenticatedAt - now > Ahead;

    /// <summary>
    /// The authentication time of a session whose user has proved nothing here: approved by a code, signed in by a proxy or from this machine. Every
    /// sensitive operation asks them to authenticate.
    /// </summary>
    public static DateTimeOffset LongAgo(DateTimeOffset now) => now - (6 * MaxAge);

    /// <summary>The same if a factor was shown earlier, as on a trusted device: that time, if it is too old already.</summary>
    public static DateTimeOffset LongAgo(DateTimeOffset shownAt, DateTimeOffset now) => IsTooOld(shownAt, now) ? shownAt : LongAgo(now);
}

/// <summary>
/// Allows a page only within <see cref="RecentAuthentication.MaxAge"/> of the last authentication. Otherwise the browser is redirected to
/// <c>/reauthenticate</c> and returns to the page, or, from a form, to <see cref="Page"/>, unless <see cref="PostsToItsPage"/>.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public class RequireRecentAuthenticationAttribute : Attribute, IAsyncAuthorizationFilter
{
    /// <summary>The page to return to from a form that has no page of its own.</summary>
    public string Page { get; set; } = "/account";

    /// <summary>Whether the form posts to its own page's address, including the query: then the browser returns there.</summary>
    public bool PostsToItsPage { get; set; }

    /// <summary>The page that asks the user to authenticate again.</summary>
    /// <param name="returnUrl">The page to return to.</param>
    /// <param name="strong">Whether a mailed code is not sufficient there.</param>
    public static string PathTo(string returnUrl, bool strong) =>
        $"/reauthenticate?returnUrl={Uri.EscapeDataString(returnUrl)}{(strong ? "&factor=strong" : "")}";

    /// <inheritdoc/>
    public async Task OnAuthorizationAsync(AuthorizationFilterContext context)
    {
        // An administrator who views somebody's pages cannot send any of their forms, so there is nothing to confirm.
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

    /// <summary>Whether a mailed code is not sufficient for this user here.</summary>
    protected virtual Task<bool> NeedsStrongFactorAsync(HttpContext context) => Task.FromResult(false);
}
