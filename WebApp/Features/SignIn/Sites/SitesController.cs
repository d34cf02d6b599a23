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

/// <summary>A pass on its way to the site, in an address: good for a minute, and in no browser but the one that asked.</summary>
/// <param name="Pass">What it carries.</param>
/// <param name="Address">The page to go on to.</param>
/// <param name="Entry">The SHA-256, base64url, of the key in the browser's cookie at the site.</param>
/// <param name="ExpiresAt">When it is too late (UTC).</param>
public sealed record SiteEntry(SitePass Pass, string Address, string Entry, DateTimeOffset ExpiresAt);

/// <summary>The page between the login page and a protected site.</summary>
/// <param name="Site">Where it leads, for people: the site's origin.</param>
/// <param name="Next">The link.</param>
/// <param name="Failed">The way there was too slow or the browser kept no cookie.</param>
/// <param name="ByItself">Whether it leads on without a hand. Not where it failed: a browser without cookies would go round for ever.</param>
public sealed record SitePage(string Site, string Next, bool Failed, bool ByItself)
{
    /// <summary>The site without its scheme.</summary>
    public string Name => Site[(Site.IndexOf("//", StringComparison.Ordinal) + 2)..];
}
