using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using WebApp.Features.Sessions;

namespace WebApp.Features.SignIn.Sites;

/// <summary>The way from the login page to a protected site (docs/forward-auth.md). Changes nothing here: it hands out what hangs on the session.</summary>
public sealed class SitesController(ProtectedSites sites, SitePasses passes, SiteCookies cookies, SiteGate gate, TimeProvider clock) : Controller
{
    /// <summary>On this site: makes the pass.</summary>
    public const string GoPath = "/forward-auth";

    /// <summary>On the protected site, whose proxy sends it here: takes the pass.</summary>
    public const string EnterPath = "/forward-auth/enter";

    private static readonly TimeSpan EntryLifetime = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Leads on to the site. By a page that refreshes itself and not by a redirect: browsers hold the redirects after a form to the
    /// form's <c>form-action</c>, and the login form's is this site alone.
    /// </summary>
    [Authorize]
    [HttpGet(GoPath)]
    public IActionResult Go(string? to, string? entry, bool failed = false)
    {
        if (sites.Find(to) is not { } page)
        {
            return Redirect("/account");
        }

        // Without an entry the page itself is the place to begin.
        if (failed || entry is null)
        {
            return View(new SitePage(page.Site, page.Address, failed, ByItself: false));
        }

        var pass = new SitePass(User.SessionId!.Value, page.Site);
        var sealedEntry = passes.Seal(new SiteEntry(pass, page.Address, entry, clock.GetUtcNow() + EntryLifetime));
        return View(new SitePage(page.Site, $"{page.Site}{EnterPath}?pass={sealedEntry}", Failed: false, ByItself: true));
    }

    /// <summary>Gives the browser its pass and sends it to the page it wanted.</summary>
    [HttpGet(EnterPath)]
    public async Task<IActionResult> Enter(string? pass)
    {
        if (passes.OpenEntry(pass) is not { } entry || sites.Find(entry.Address) is not { } page)
        {
            return NotFound();
        }

        if (entry.ExpiresAt <= clock.GetUtcNow() || !cookies.Matches(HttpContext, entry.Entry))
        {
            // Whoever comes here again, by the back button or late with a second tab, has a pass already.
            return Redirect(await gate.FindAsync(HttpContext, page.Address) is not null ? page.Address : sites.TryAgain(page));
        }

        cookies.WritePass(HttpContext, passes.Seal(entry.Pass));
        return Redirect(page.Address);
    }
}
