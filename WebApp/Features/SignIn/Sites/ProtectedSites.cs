using Microsoft.Extensions.Options;
using WebApp.Features.SecondFactors;
using WebApp.Platform.Startup;

namespace WebApp.Features.SignIn.Sites;

/// <summary>The addresses a browser may be redirected to: pages of this site, and of the sites in the configuration.</summary>
public sealed class ProtectedSites(IOptions<SiteOptions> options, IOptions<AppOptions> app)
{
    private readonly HashSet<string> origins = [.. options.Value.Sites.Select(site => Origin.FromUri(new Uri(site))!)];
    private readonly string own = Origin.FromUri(app.Value.BaseUrl)!;

    /// <summary>A page of a protected site by its full address; null for anything else.</summary>
    public ProtectedPage? Find(string? address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var page) && Origin.FromUri(page) is { } origin && origins.Contains(origin)
            ? new(origin, origin + page.PathAndQuery)
            : null;

    /// <summary>
    /// The address where a signed-out browser signs in before it goes on to a page. A page of this origin is the return path itself; a page of
    /// another protected site is reached through <see cref="SitesController"/>; any other address gives the login page only.
    /// </summary>
    /// <param name="address">The page that was requested, as the proxy says.</param>
    /// <param name="entry">Creates the value that binds the return to this browser, see <see cref="SiteCookies.Entry"/>.</param>
    public string LoginFor(string? address, Func<string> entry)
    {
        if (Find(address) is { } page)
        {
            return Login($"{SitesController.GoPath}?to={Uri.EscapeDataString(page.Address)}&entry={entry()}");
        }

        return Uri.TryCreate(address, UriKind.Absolute, out var here) && Origin.FromUri(here) == own ? Login(here.PathAndQuery) : Login(null);
    }

    /// <summary>The page where a user who must add a second factor adds it.</summary>
    public string EnrolmentPage => app.Value.Link(EnrolmentGate.Page);

    /// <summary>The page that says that the redirect to a page failed.</summary>
    public string TryAgain(ProtectedPage page) => app.Value.Link($"{SitesController.GoPath}?to={Uri.EscapeDataString(page.Address)}&failed=true");

    private string Login(string? back) => app.Value.Link(back is null ? "/login" : $"/login?returnUrl={Uri.EscapeDataString(back)}");
}

/// <summary>A protected site that sent a browser here to sign in.</summary>
internal sealed class SiteDestination(ProtectedSites sites) : ISignInDestination
{
    public ValueTask<string?> NameAsync(string path, IQueryCollection query, CancellationToken cancel) =>
        new(path == SitesController.GoPath && sites.Find(query["to"]) is { } page ? new Uri(page.Site).Authority : null);
}

/// <summary>A page of a protected site.</summary>
/// <param name="Site">The site's origin.</param>
/// <param name="Address">The page's full address.</param>
public sealed record ProtectedPage(string Site, string Address);

/// <summary>Scheme, host and port of an address in normalized form (RFC 6454 6.2), for comparing sites.</summary>
public static class Origin
{
    /// <summary>The origin; null if the address is not an HTTP address, or contains a name and password.</summary>
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

/// <summary>The sites that use <c>forward-auth</c> to admit users: section <c>ForwardAuth</c>.</summary>
public sealed class SiteOptions
{
    /// <summary>Their origins, such as <c>https://wiki.example.org</c>. After sign-in, browsers are redirected to no other site.</summary>
    public IList<string> Sites { get; } = [];

    /// <summary>Which of the proxy's headers name the requested page. The others may come from the client, and are not read.</summary>
    public OriginalRequestSource AddressFrom { get; set; } = OriginalRequestSource.Detect;
}

/// <summary>Which headers name the page that was requested from a proxy.</summary>
public enum OriginalRequestSource
{
    /// <summary>Whichever are present. If both kinds are present and name different pages, one of them comes from the client: the request is refused.</summary>
    Detect,

    /// <summary><c>X-Original-URL</c> and <c>X-Original-Method</c>: nginx.</summary>
    OriginalUrl,

    /// <summary><c>X-Forwarded-Proto</c>, <c>-Host</c>, <c>-Uri</c> and <c>-Method</c>: Caddy, Traefik.</summary>
    Forwarded,
}

/// <summary>Logs that a request named two different pages: at most one line a minute, since any client can cause it.</summary>
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

    // A warning: either a client claims another page than it requested, or the proxy passes on a header that it should remove.
    [LoggerMessage(Level = LogLevel.Warning, Message = "forward-auth was refused: X-Original-URL and X-Forwarded-* name different pages. "
        + "Set ForwardAuth:AddressFrom to the one that the proxy writes, and have the proxy clear the other (docs/forward-auth.md). {Unlogged} more since the last such line.")]
    private static partial void Refused(ILogger logger, int unlogged);
}
