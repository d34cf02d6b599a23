namespace WebApp.Features.SignIn.Sites;

/// <summary>Scheme, host and port of an address, in one spelling (RFC 6454 6.2): what sites are compared by.</summary>
public static class Origin
{
    /// <summary>The origin; null where the address is not of the web, or carries a name and password.</summary>
    public static string? Of(Uri address)
    {
        if (!address.IsAbsoluteUri || address.Scheme is not ("https" or "http") || address.UserInfo.Length > 0)
        {
            return null;
        }

        var host = address.HostNameType == UriHostNameType.Dns ? address.IdnHost : address.Host;
        return address.IsDefaultPort ? $"{address.Scheme}://{host}" : $"{address.Scheme}://{host}:{address.Port}";
    }
}
