namespace WebApp.Platform.Startup;

/// <summary>The installation's name and address: section <c>App</c>.</summary>
public sealed class AppOptions
{
    /// <summary>The base address of mailed links and of the token issuer; it is never taken from a request.</summary>
    public Uri BaseUrl { get; set; } = null!;

    /// <summary>The product's name on pages, in mail and in authenticator apps.</summary>
    public string Name { get; set; } = "WebApp";

    /// <summary>Whether HSTS includes subdomains (ASVS 3.4.1). Browsers remember it for a year.</summary>
    public bool HstsSubdomains { get; set; } = true;

    /// <summary>How it looks, and where it leads people: section <c>Branding</c>.</summary>
    public Branding Branding { get; } = new();

    /// <summary>An absolute link into the site. <paramref name="pathAndQuery"/> begins with a slash.</summary>
    public string Link(string pathAndQuery) => BaseUrl.GetLeftPart(UriPartial.Authority) + BaseUrl.AbsolutePath.TrimEnd('/') + pathAndQuery;
}
