namespace WebApp.Features.SignIn.Sites;

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
