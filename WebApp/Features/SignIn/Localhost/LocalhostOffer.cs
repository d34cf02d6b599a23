using System.Net;
using Microsoft.Extensions.Options;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Http.Proxies;

namespace WebApp.Features.SignIn.Localhost;

/// <summary>Whether the login page offers to go on without a password. Outside Development it never does, and the services behind it are not there.</summary>
public sealed class LocalhostOffer(IHostEnvironment environment, IOptions<LocalhostOptions> options)
{
    /// <summary>Whom it would sign in; null where it is not offered to this request.</summary>
    public string? For(HttpContext context) => environment.IsDevelopment() && LocalhostDoor.Obstacle(context) is null ? options.Value.Email : null;

    /// <summary>Why it is not offered; null where it is.</summary>
    public string? Obstacle(HttpContext context) =>
        environment.IsDevelopment() ? LocalhostDoor.Obstacle(context) : "Sign-in from localhost is for Development alone.";
}

/// <summary>
/// Whether a request comes from the very person who runs this process: over loopback, through no proxy, and under a loopback name, so that no
/// page elsewhere gets here by pointing its own name at 127.0.0.1. A connection of a trusted proxy never does, whatever headers it passes on.
/// </summary>
internal static class LocalhostDoor
{
    private static readonly string[] ProxyTraces = ["Forwarded", "Via", "X-Real-IP", "True-Client-IP", "CF-Connecting-IP"];

    /// <summary>Why not; null lets in.</summary>
    public static string? Obstacle(HttpContext context)
    {
        var (peer, headers) = (DirectPeer.Of(context), context.Request.Headers);
        return peer is null || !IPAddress.IsLoopback(peer) || !IPAddress.IsLoopback(ClientInfo.IpOf(context)!) ? "The request does not come from this machine."
            : context.Features.Get<DirectPeer>() is not null || headers.Keys.Any(IsProxyTrace) ? "The request came through a proxy."
            : !IsLoopbackName(context.Request.Host.Host) ? "The request is for another name than localhost."
            : headers["Sec-Fetch-Site"] is [not ("same-origin" or "none")] ? "Another site asks for it."
            : null;
    }

    private static bool IsProxyTrace(string header) =>
        header.StartsWith("X-Forwarded", StringComparison.OrdinalIgnoreCase) || ProxyTraces.Contains(header, StringComparer.OrdinalIgnoreCase);

    private static bool IsLoopbackName(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
}
