using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;

namespace WebApp.Features.Sessions;

/// <summary>How recently someone must have shown who they are, before a sensitive operation (ASVS 7.5.1, RFC 9470).</summary>
public static class RecentAuthentication
{
    /// <summary>How old an authentication may be for a sensitive operation.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(10);

    // Clocks of nodes differ; beyond this the clock was set back. It is short, for it adds to the age that is allowed.
    private static readonly TimeSpan Ahead = TimeSpan.FromMinutes(1);

    /// <summary>What <c>amr</c> holds exactly while the last authentication was by mailed code: RFC 8176 has no value for it.</summary>
    public const string MailedCode = "email";

    /// <summary>Whether an authentication of that time is too old now. One from the future is: how long ago it was, nobody knows.</summary>
    public static bool IsTooOld(DateTimeOffset authenticatedAt, DateTimeOffset now) => now - authenticatedAt > MaxAge || authenticatedAt - now > Ahead;

    /// <summary>
    /// The time of authentication of a session whose user has shown nothing here just now: let in by a code, by a proxy or from this machine. Every
    /// sensitive operation asks them to authenticate.
    /// </summary>
    public static DateTimeOffset LongAgo(DateTimeOffset now) => now - (6 * MaxAge);

    /// <summary>The same where a factor was shown earlier, as on a trusted device: then, if that is long ago already.</summary>
    public static DateTimeOffset LongAgo(DateTimeOffset shownAt, DateTimeOffset now) => IsTooOld(shownAt, now) ? shownAt : LongAgo(now);
}

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
