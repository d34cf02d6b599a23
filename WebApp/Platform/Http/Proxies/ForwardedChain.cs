using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Primitives;
using WebApp.Platform.Http.Client;

namespace WebApp.Platform.Http.Proxies;

/// <summary>
/// The client of a request, the proxies between, and the reason for that result. <c>X-Forwarded-For</c> is read from the right: each proxy appends
/// the address from which it received the request. The direct peer wrote the last entry; if that address is one of our proxies, it wrote the entry before,
/// and so on. The first address that is not ours is the client; the client may have written all entries left of it (ASVS 15.3.4).
/// </summary>
/// <param name="Peer">The address at the other end of the connection; null over a Unix socket.</param>
/// <param name="Hops">The entries that were read, nearest first.</param>
/// <param name="Client">The resulting client address.</param>
/// <param name="Scheme">The scheme that the client used, from a trusted peer's header; null without one.</param>
/// <param name="Reason">Why reading ended.</param>
/// <remarks>
/// ASP.NET's own middleware works the same way, but accepts <c>1</c> or <c>010.0.0.1</c> as an address, does not report why it stopped, and rewrites
/// the headers that an operator wants to see.
/// </remarks>
public sealed record ForwardedChain(IPAddress? Peer, IReadOnlyList<ForwardedHop> Hops, IPAddress? Client, string? Scheme, ForwardedReason Reason)
{
    /// <summary>The header's name; spelling does not matter.</summary>
    public const string ForHeader = "X-Forwarded-For";

    /// <summary>The header's name; spelling does not matter.</summary>
    public const string ProtoHeader = "X-Forwarded-Proto";

    /// <summary>The chain of a request, also after the middleware replaced the connection's address and set <see cref="DirectPeer"/>.</summary>
    public static ForwardedChain FromRequest(HttpContext context, ProxyOptions proxies) =>
        Walk(DirectPeer.AddressOf(context), context.Request.Headers[ForHeader], context.Request.Headers[ProtoHeader], proxies);

    /// <summary>Reads the headers of a request from <paramref name="peer"/>.</summary>
    public static ForwardedChain Walk(IPAddress? peer, StringValues forwardedFor, StringValues forwardedProto, ProxyOptions proxies)
    {
        peer = peer is null ? null : ClientInfo.Unmapped(peer);
        if (!proxies.IsTrusted(peer))
        {
            return new(peer, [], peer, null, ForwardedReason.PeerNotTrusted);
        }

        List<ForwardedHop> hops = [];
        var (client, reason) = (peer, ForwardedReason.NothingForwarded);
        foreach (var entry in FromTheRight(forwardedFor))
        {
            var address = ForwardedAddress.Parse(entry);
            var trusted = proxies.IsTrusted(address);
            hops.Add(new(entry, address, trusted));
            (client, reason) = (address ?? client, address is null ? ForwardedReason.Malformed : trusted ? ForwardedReason.AllTrusted : ForwardedReason.FirstUntrusted);
            if (!trusted)
            {
                break;
            }
        }

        return new(peer, hops, client, SchemeOf(forwardedProto, hops.Count(hop => hop.Address is not null)), reason);
    }

    // The n-th proxy from here wrote the n-th entry from the right. A proxy that only forwards the header adds no entry.
    private static string? SchemeOf(StringValues proto, int hops)
    {
        var scheme = FromTheRight(proto).Take(Math.Max(1, hops)).LastOrDefault();
        return Uri.UriSchemeHttps.Equals(scheme, StringComparison.OrdinalIgnoreCase) ? Uri.UriSchemeHttps
            : Uri.UriSchemeHttp.Equals(scheme, StringComparison.OrdinalIgnoreCase) ? Uri.UriSchemeHttp
            : null;
    }

    // Several lines of a header are one list (RFC 9110 5.3).
    private static IEnumerable<string> FromTheRight(StringValues lines)
    {
        for (var line = lines.Count - 1; line >= 0; line--)
        {
            var text = lines[line] ?? "";
            for (var end = text.Length; end >= 0;)
            {
                var comma = end == 0 ? -1 : text.LastIndexOf(',', end - 1);
                yield return text[(comma + 1)..end].Trim(' ', '\t');
                end = comma;
            }
        }
    }
}

/// <summary>One entry of <c>X-Forwarded-For</c> that was read.</summary>
/// <param name="Text">As sent, without surrounding blanks.</param>
/// <param name="Address">The address; null if the text is none.</param>
/// <param name="Trusted">Whether it is one of our proxies, so that the entry left of it was read too.</param>
public sealed record ForwardedHop(string Text, IPAddress? Address, bool Trusted);

/// <summary>Why reading a chain of proxies ended at its client address.</summary>
public enum ForwardedReason
{
    /// <summary>The direct peer is not one of our proxies, so it is the client. Its headers are ignored.</summary>
    PeerNotTrusted,

    /// <summary>One of our proxies connected and sent no entry.</summary>
    NothingForwarded,

    /// <summary>The client is the first address from the right that is not one of our proxies.</summary>
    FirstUntrusted,

    /// <summary>Every address is one of our proxies; the leftmost is the client.</summary>
    AllTrusted,

    /// <summary>The entry left of the client is not an address, so it and all entries left of it are ignored.</summary>
    Malformed,
}

/// <summary>
/// Reads an address in the forms that proxies write into <c>X-Forwarded-For</c>: <c>192.0.2.7</c>, <c>192.0.2.7:4711</c>, <c>2001:db8::1</c>,
/// <c>[2001:db8::1]</c>, <c>[2001:db8::1]:4711</c>. Other forms that <see cref="IPAddress"/> accepts (<c>1</c>,
/// <c>0x7f.1</c>, <c>010.0.0.1</c>, zones) are rejected.
/// </summary>
internal static class ForwardedAddress
{
    private static readonly SearchValues<char> Letters = SearchValues.Create("0123456789abcdefABCDEF:.");

    /// <summary>The address, IPv4 unmapped; null if the text is not exactly one address.</summary>
    public static IPAddress? Parse(ReadOnlySpan<char> text)
    {
        text = text.Trim(" \t");
        if (text is ['[', ..])
        {
            var end = text.IndexOf(']');
            return end > 0 && text[1..end].Contains(':') && IsPortOrNothing(text[(end + 1)..]) ? ParseBare(text[1..end]) : null;
        }

        var colon = text.IndexOf(':');
        var isIpv4WithPort = colon >= 0 && colon == text.LastIndexOf(':');
        return !isIpv4WithPort ? ParseBare(text)
            : IsPortOrNothing(text[colon..]) && text[..colon].Contains('.') ? ParseBare(text[..colon])
            : null;
    }

    /// <summary>Reads an address without port or brackets; the unspecified address (<c>0.0.0.0</c>, <c>::</c>) only with <paramref name="orAny"/>.</summary>
    public static IPAddress? ParseBare(ReadOnlySpan<char> text, bool orAny = false)
    {
        if (text.ContainsAnyExcept(Letters) || !IPAddress.TryParse(text, out var address))
        {
            return null;
        }

        // Only the canonical form of IPv4: some programs read 010.0.0.1 as 8.0.0.1, others as 10.0.0.1.
        if (address.AddressFamily == AddressFamily.InterNetwork && !text.SequenceEqual(address.ToString()))
        {
            return null;
        }

        address = ClientInfo.Unmapped(address);
        return orAny || (!address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any)) ? address : null;
    }

    private static bool IsPortOrNothing(ReadOnlySpan<char> text) =>
        text.IsEmpty || (text is [':', .. { Length: >= 1 and <= 5 } digits] && !digits.ContainsAnyExceptInRange('0', '9') && int.Parse(digits, CultureInfo.InvariantCulture) <= ushort.MaxValue);
}

/// <summary>The address of the trusted proxy that sent the request, if there is one. Only that proxy may name the signed-in user.</summary>
public sealed record DirectPeer(IPAddress Address)
{
    /// <summary>The address at the other end of the connection, IPv4 unmapped; null over a Unix socket.</summary>
    public static IPAddress? AddressOf(HttpContext context) => context.Features.Get<DirectPeer>()?.Address ?? ClientInfo.IpOf(context);
}
