namespace WebApp.Platform.Http.Proxies;

/// <summary>Why a chain of proxies ends at the address it ends at.</summary>
public enum ForwardedReason
{
    /// <summary>Whoever connected is none of our proxies: it is the client, whatever its headers say.</summary>
    PeerNotTrusted,

    /// <summary>One of our proxies connected and named nobody.</summary>
    NothingForwarded,

    /// <summary>The first address, from the right, that is none of our proxies.</summary>
    FirstUntrusted,

    /// <summary>Every address is one of our proxies; the farthest is the client.</summary>
    AllTrusted,

    /// <summary>What stands left of the client is no address, and so is everything beyond it worth nothing.</summary>
    Malformed,
}
