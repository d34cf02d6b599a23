using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Primitives;
using WebApp.Platform.Http.Client;

namespace WebApp.Platform.Http.Proxies;

/// <summary>
/// Who a request comes from, through which proxies, and why we think so. <c>X-Forwarded-For</c> is read from the right: each proxy appends
/// whom it received the request, so the direct peer vouches for the last entry, that address for the one before it if it is one of our proxies, and so on.
/// The first that is not ours is the client; all that stands left of it the client may have written itself (ASVS 15.3.4).
/// </summary>
/// <param name="Peer">Whose connection it is; null over a Unix socket.</param>
/// <param name="Hops">The entries looked at, nearest first.</param>
/// <param name="Client">The address that counts.</param>
/// <param name="Scheme">The scheme the client used, as a trusted peer says; null where none does.</param>
/// <param name="Reason">Why the walk ended.</param>
/// <remarks>
/// ASP.NET's own middleware walks alike, but takes <c>1</c> or <c>010.0.0.1</c> for an address, tells nobody why it stopped, and rewrites
/// the headers that an operator wants to see.
/// </remarks>
public sealed record ForwardedChain(IPAddress? Peer, IReadOnlyList<ForwardedHop> Hops, IPAddress? Client, string? Scheme, ForwardedReason Reason)
{
    /// <summary>The header's name; spelling does not matter.</summary>
    public const string ForHeader = "X-Forwarded-For";

    /// <summary>The header's name; spelling does not matter.</summary>
    public const string ProtoHeader = "X-Forwarded-Proto";

    /// <summary>The chain of a request, also after <see cref="DirectPeer"/> has been put aside.</summary>
    public static ForwardedChain FromRequest(HttpContext context, ProxyOptions proxies) =>
        Walk(DirectPeer.AddressOf(context), context.Request.Headers[ForHeader], context.Request.Headers[ProtoHeader], proxies);

    /// <summary>Walks the headers of a request from <paramref name="peer"/>.</summary>
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

    // The n-th proxy from here wrote the n-th entry from the right; where one only passes on what it got, there are fewer.
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

/// <summary>One entry of <c>X-Forwarded-For</c> that was looked at.</summary>
/// <param name="Text">As sent, without surrounding blanks.</param>
/// <param name="Address">What it says; null where it is no address.</param>
/// <param name="Trusted">Whether that is one of our proxies, so that the entry left of it was looked at too.</param>
public sealed record ForwardedHop(string Text, IPAddress? Address, bool Trusted);

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

/// <summary>
/// Reads an address as proxies write it into <c>X-Forwarded-For</c>: <c>192.0.2.7</c>, <c>192.0.2.7:4711</c>, <c>2001:db8::1</c>,
/// <c>[2001:db8::1]</c>, <c>[2001:db8::1]:4711</c>. Nothing else: what <see cref="IPAddress"/> alone would take for an address (<c>1</c>,
/// <c>0x7f.1</c>, <c>010.0.0.1</c>, zones) is none.
/// </summary>
internal static class ForwardedAddress
{
    private static readonly SearchValues<char> Letters = SearchValues.Create("0123456789abcdefABCDEF:.");

    /// <summary>The address, IPv4 unmapped; null where the text is not exactly one.</summary>
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

    /// <summary>The address without port or brackets; the unspecified one (<c>0.0.0.0</c>, <c>::</c>) only where asked for: nobody sends from it.</summary>
    public static IPAddress? ParseBare(ReadOnlySpan<char> text, bool orAny = false)
    {
        if (text.ContainsAnyExcept(Letters) || !IPAddress.TryParse(text, out var address))
        {
            return null;
        }

        // Only the canonical form of IPv4: others read 010.0.0.1 as 8.0.0.1 or as 10.0.0.1.
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

/// <summary>Whose connection a request came over, where that is one of our proxies and so not the client. Only it is to be believed about who is signed in.</summary>
public sealed record DirectPeer(IPAddress Address)
{
    /// <summary>The address at the other end of the connection, IPv4 unmapped; null over a Unix socket.</summary>
    public static IPAddress? AddressOf(HttpContext context) => context.Features.Get<DirectPeer>()?.Address ?? ClientInfo.IpOf(context);
}
