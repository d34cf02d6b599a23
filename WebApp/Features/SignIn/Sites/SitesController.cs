using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using WebApp.Features.Sessions;

namespace WebApp.Features.SignIn.Sites;

/// <summary>
/// Redirects a browser from the login page to a protected site (docs/forward-auth.md). Changes nothing here: it issues a pass that depends on the
/// session.
/// </summary>
public sealed class SitesController(ProtectedSites sites, SitePasses passes, SiteCookies cookies, SiteGate gate, TimeProvider clock) : Controller
{
    /// <summary>On this site: creates the pass.</summary>
    public const string GoPath = "/forward-auth";

    /// <summary>On the protected site, whose proxy forwards it here: accepts the pass.</summary>
    public const string EnterPath = "/forward-auth/enter";

    private static readonly TimeSpan EntryLifetime = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Redirects to the site by a page that refreshes itself. Browsers apply the <c>form-action</c> of a form to the HTTP redirects that follow
    /// it, and the login form allows this site only.
    /// </summary>
    [Authorize]
    [HttpGet(GoPath)]
    public IActionResult Go(string? to, string? entry, bool failed = false)
    {
        if (sites.Find(to) is not { } page)
        {
            return Redirect("/account");
        }

        // Without an entry, start at the page itself.
        if (failed || entry is null)
        {
            return View(new SitePage(page.Site, page.Address, failed, ByItself: false));
        }

        var pass = new SitePass(User.SessionId!.Value, page.Site);
        var sealedEntry = passes.Seal(new SiteEntry(pass, page.Address, entry, clock.GetUtcNow() + EntryLifetime));
        return View(new SitePage(page.Site, $"{page.Site}{EnterPath}?pass={sealedEntry}", Failed: false, ByItself: true));
    }

    /// <summary>Sets the cookie with the pass and redirects to the requested page.</summary>
    [HttpGet(EnterPath)]
    public async Task<IActionResult> Enter(string? pass)
    {
        if (passes.OpenEntry(pass) is not { } entry || sites.Find(entry.Address) is not { } page)
        {
            return NotFound();
        }

        if (entry.ExpiresAt <= clock.GetUtcNow() || !cookies.Matches(HttpContext, entry.Entry))
        {
            // A browser that comes here again, by the back button or late with a second tab, has a pass already.
            return Redirect(await gate.FindAsync(HttpContext, page.Address) is not null ? page.Address : sites.TryAgain(page));
        }

        cookies.WritePass(HttpContext, passes.Seal(entry.Pass));
        return Redirect(page.Address);
    }
}

/// <summary>A pass that is sent to the site in an address: valid for a minute, and only in the browser that asked.</summary>
/// <param name="Pass">The pass.</param>
/// <param name="Address">The page to go on to.</param>
/// <param name="Entry">The SHA-256, base64url, of the key in the browser's cookie at the site.</param>
/// <param name="ExpiresAt">When it expires (UTC).</param>
public sealed record SiteEntry(SitePass Pass, string Address, string Entry, DateTimeOffset ExpiresAt);

/// <summary>The page between the login page and a protected site.</summary>
/// <param name="Site">The site's origin, to show to the user.</param>
/// <param name="Next">The link.</param>
/// <param name="Failed">Whether the redirect took too long or the browser kept no cookie.</param>
/// <param name="ByItself">Whether the page continues by itself. Not after a failure: a browser without cookies would loop for ever.</param>
public sealed record SitePage(string Site, string Next, bool Failed, bool ByItself)
{
    /// <summary>The site without its scheme.</summary>
    public string Name => Site[(Site.IndexOf("//", StringComparison.Ordinal) + 2)..];
}
