using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using WebApp.Platform.Http.Client;

namespace WebApp.Platform.Http.Proxies;

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
