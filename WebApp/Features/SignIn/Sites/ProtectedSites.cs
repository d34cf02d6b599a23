using Microsoft.Extensions.Options;
using WebApp.Features.SecondFactors;
using WebApp.Platform.Startup;

namespace WebApp.Features.SignIn.Sites;

/// <summary>Which addresses a browser may be led to: pages of this site, and of those that were named in the configuration.</summary>
public sealed class ProtectedSites(IOptions<SiteOptions> options, IOptions<AppOptions> app)
{
    private readonly HashSet<string> origins = [.. options.Value.Sites.Select(site => Origin.FromUri(new Uri(site))!)];
    private readonly string own = Origin.FromUri(app.Value.BaseUrl)!;

    /// <summary>A page of a protected site, whole; null for anything else.</summary>
    public ProtectedPage? Find(string? address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var page) && Origin.FromUri(page) is { } origin && origins.Contains(origin)
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

        return Uri.TryCreate(address, UriKind.Absolute, out var here) && Origin.FromUri(here) == own ? Login(here.PathAndQuery) : Login(null);
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

/// <summary>Scheme, host and port of an address, in one spelling (RFC 6454 6.2): what sites are compared by.</summary>
public static class Origin
{
    /// <summary>The origin; null where the address is not of the web, or carries a name and password.</summary>
    public static string? FromUri(Uri address)
    {
        if (!address.IsAbsoluteUri || address.Scheme is not ("https" or "http") || address.UserInfo.Length > 0)
        {
            return null;
        }

        var host = address.HostNameType == UriHostNameType.Dns ? address.IdnHost : address.Host;
        return address.IsDefaultPort ? $"{address.Scheme}://{host}" : $"{address.Scheme}://{host}:{address.Port}";
    }
}

/// <summary>The sites that let people in by asking <c>forward-auth</c>: section <c>ForwardAuth</c>.</summary>
public sealed class SiteOptions
{
    /// <summary>Their origins, such as <c>https://wiki.example.org</c>. Nobody is led back to any other after signing in.</summary>
    public IList<string> Sites { get; } = [];

    /// <summary>Which headers of the proxy say what page was asked for. The others may be the client's own, and are not read.</summary>
    public OriginalRequestSource AddressFrom { get; set; } = OriginalRequestSource.Detect;
}

/// <summary>Which headers say what a proxy was asked for.</summary>
public enum OriginalRequestSource
{
    /// <summary>Whichever are there. Where both kinds are and name different pages, one of them is the client's: the request is refused.</summary>
    Detect,

    /// <summary><c>X-Original-URL</c> and <c>X-Original-Method</c>: nginx.</summary>
    OriginalUrl,

    /// <summary><c>X-Forwarded-Proto</c>, <c>-Host</c>, <c>-Uri</c> and <c>-Method</c>: Caddy, Traefik.</summary>
    Forwarded,
}

/// <summary>Logs that a question named two different pages: at most one line a minute, since any client can bring it about.</summary>
public sealed partial class SourceConflicts(TimeProvider clock, ILogger<SourceConflicts> logger)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private long nextAt;
    private int unlogged;

    /// <summary>Counts one, and logs it if the last line is old enough.</summary>
    public void Count()
    {
        var now = clock.GetUtcNow().UtcTicks;
        var due = Interlocked.Read(ref nextAt);
        if ((now < due && due - now <= Interval.Ticks) || Interlocked.CompareExchange(ref nextAt, now + Interval.Ticks, due) != due)
        {
            Interlocked.Increment(ref unlogged);
            return;
        }

        Refused(logger, Interlocked.Exchange(ref unlogged, 0));
    }

    // A warning: either a client tries to pass for a visitor of another site, or the proxy passes on what it should clear.
    [LoggerMessage(Level = LogLevel.Warning, Message = "forward-auth was refused: X-Original-URL and X-Forwarded-* name different pages. "
        + "Set ForwardAuth:AddressFrom to the one that the proxy writes, and have the proxy clear the other (docs/forward-auth.md). {Unlogged} more since the last such line.")]
    private static partial void Refused(ILogger logger, int unlogged);
}
