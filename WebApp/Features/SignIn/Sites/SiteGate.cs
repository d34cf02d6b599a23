using WebApp.Features.Sessions;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Users;

namespace WebApp.Features.SignIn.Sites;

/// <summary>Checks which user a browser brings to a protected site, from memory like any page.</summary>
public sealed class SiteGate(SessionCookie sessionCookie, SiteCookies cookies, SitePasses passes, BrowserSessions sessions)
{
    /// <summary>
    /// The user and how their session shows them; null where nobody is signed in. Counts as a use of the session. A pass is good at its own site alone; the session's own
    /// cookie comes here only from a site on the same host.
    /// </summary>
    /// <param name="context">The proxy's question, with the browser's cookies.</param>
    /// <param name="address">The page the browser asked for.</param>
    public async ValueTask<(LiveSession Session, UserSnapshot User)?> FindAsync(HttpContext context, string? address)
    {
        if (cookies.ReadPass(context) is { } text && passes.Open(text) is { } pass
            && Uri.TryCreate(address, UriKind.Absolute, out var page) && Origin.Of(page) == pass.Site)
        {
            if (await sessions.FindVouchedAsync(pass.SessionId, ClientInfo.Of(context), context.RequestAborted) is { } vouched)
            {
                return vouched;
            }
        }

        return sessionCookie.Read(context) is { } key
            && await sessions.FindAsync(key, ClientInfo.Of(context), context.RequestAborted) is { } found
                ? found
                : null;
    }
}
