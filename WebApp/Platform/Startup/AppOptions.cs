namespace WebApp.Platform.Startup;

/// <summary>What the installation is called and where it is reached: section <c>App</c>.</summary>
public sealed class AppOptions
{
    /// <summary>Scheme and host that mailed links and the token issuer use; never taken from a request.</summary>
    public Uri BaseUrl { get; set; } = null!;

    /// <summary>The product's name on pages, in mail and in authenticator apps.</summary>
    public string Name { get; set; } = "WebApp";

    /// <summary>Whether browsers are told to reach the hosts below this one over HTTPS alone, too (ASVS 3.4.1). They remember it for a year.</summary>
    public bool HstsSubdomains { get; set; } = true;

    /// <summary>An absolute link into the site. <paramref name="pathAndQuery"/> begins with a slash.</summary>
    public string Link(string pathAndQuery) => BaseUrl.GetLeftPart(UriPartial.Authority) + BaseUrl.AbsolutePath.TrimEnd('/') + pathAndQuery;
}
