namespace WebApp.Hosting;

/// <summary>What the installation is called and where it is reached: section <c>App</c>.</summary>
public sealed class AppOptions
{
    /// <summary>Scheme and host that mailed links and the token issuer use; never taken from a request.</summary>
    public Uri BaseUrl { get; set; } = null!;

    /// <summary>The product's name on pages, in mail and in authenticator apps.</summary>
    public string Name { get; set; } = "WebApp";

    /// <summary>An absolute link into the site. <paramref name="pathAndQuery"/> begins with a slash.</summary>
    public string Link(string pathAndQuery) => BaseUrl.GetLeftPart(UriPartial.Authority) + BaseUrl.AbsolutePath.TrimEnd('/') + pathAndQuery;
}
