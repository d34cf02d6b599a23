using System.Net;
using WebApp.Platform.Http.Client;

namespace WebApp.Platform.Http.Proxies;

/// <summary>Whose connection a request came over, where that is one of our proxies and so not the client. Only it is to be believed about who is signed in.</summary>
public sealed record DirectPeer(IPAddress Address)
{
    /// <summary>The address at the other end of the connection, IPv4 unmapped; null over a Unix socket.</summary>
    public static IPAddress? Of(HttpContext context) => context.Features.Get<DirectPeer>()?.Address ?? ClientInfo.IpOf(context);
}
