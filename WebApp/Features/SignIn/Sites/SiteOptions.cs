namespace WebApp.Features.SignIn.Sites;

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
