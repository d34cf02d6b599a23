using Microsoft.Extensions.Options;
using WebApp.Features.SecondFactors;
using WebApp.Platform.Startup;

namespace WebApp.Features.SignIn.Sites;

/// <summary>Which addresses a browser may be led to: pages of this site, and of those that were named in the configuration.</summary>
public sealed class ProtectedSites(IOptions<SiteOptions> options, IOptions<AppOptions> app)
{
    private readonly HashSet<string> origins = [.. options.Value.Sites.Select(site => Origin.Of(new Uri(site))!)];
    private readonly string own = Origin.Of(app.Value.BaseUrl)!;

    /// <summary>A page of a protected site, whole; null for anything else.</summary>
    public ProtectedPage? Find(string? address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var page) && Origin.Of(page) is { } origin && origins.Contains(origin)
            ? new(origin, origin + page.PathAndQuery)
            : null;

    /// <summary>
    /// Where a browser that is signed out signs in and then goes on to a page. To a page of this very origin it goes straight; to another
    /// site by way of <see cref="SitesController"/>; from anywhere else, only to the login page.
    /// </summary>
    /// <param name="address">The page, as the proxy says it was asked for.</param>
    /// <param name="entry">What ties the way back to this browser, see <see cref="SiteCookies.Entry"/>.</param>
    public string LoginFor(string? address, Func<string> entry)
    {
        if (Find(address) is { } page)
        {
            return Login($"{SitesController.GoPath}?to={Uri.EscapeDataString(page.Address)}&entry={entry()}");
        }

        return Uri.TryCreate(address, UriKind.Absolute, out var here) && Origin.Of(here) == own ? Login(here.PathAndQuery) : Login(null);
    }

    /// <summary>Where a browser whose user owes a second factor adds it.</summary>
    public string EnrolmentPage => app.Value.Link(EnrolmentGate.Page);

    /// <summary>Where somebody is told that the way to a page failed.</summary>
    public string TryAgain(ProtectedPage page) => app.Value.Link($"{SitesController.GoPath}?to={Uri.EscapeDataString(page.Address)}&failed=true");

    private string Login(string? back) => app.Value.Link(back is null ? "/login" : $"/login?returnUrl={Uri.EscapeDataString(back)}");
}

/// <summary>A page of a protected site.</summary>
/// <param name="Site">The site's origin.</param>
/// <param name="Address">The page's whole address.</param>
public sealed record ProtectedPage(string Site, string Address);
