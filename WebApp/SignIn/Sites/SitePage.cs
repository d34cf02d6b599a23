namespace WebApp.SignIn.Sites;

/// <summary>The page between the login page and a protected site.</summary>
/// <param name="Site">Where it leads, for people: the site's origin.</param>
/// <param name="Next">The link.</param>
/// <param name="Failed">The way there was too slow or the browser kept no cookie: it leads on only by hand, or it could go round for ever.</param>
public sealed record SitePage(string Site, string Next, bool Failed)
{
    /// <summary>The site without its scheme.</summary>
    public string Name => Site[(Site.IndexOf("//", StringComparison.Ordinal) + 2)..];
}
