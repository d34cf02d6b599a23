using System.Net;
using System.Net.Sockets;

namespace WebApp.Platform.Http.Client;

/// <summary>The part of an address that usually belongs to one customer: all of an IPv4 address, the first 64 bits of an IPv6 address. Limits count by it.</summary>
public readonly record struct IpPrefix
{
    private const int Ipv6Bytes = 8;
    private readonly string? text;

    private IpPrefix(string text) => this.text = text;

    /// <summary>The prefix of an address. All requests without an address share one prefix, so that hiding the address bypasses no limit.</summary>
    public static IpPrefix Containing(IPAddress? address)
    {
        switch (address)
        {
            case null:
                return default;
            case { IsIPv4MappedToIPv6: true }:
                return Containing(address.MapToIPv4());
            case { AddressFamily: AddressFamily.InterNetworkV6 }:
                Span<byte> bytes = stackalloc byte[16];
                address.TryWriteBytes(bytes, out _);
                bytes[Ipv6Bytes..].Clear();
                return new($"{new IPAddress(bytes)}/64");
            default:
                return new(address.ToString());
        }
    }

    /// <summary>
    /// The network of an address, as of a provider or a large customer: the first 16 bits of IPv4, the first 32 of IPv6. For counting
    /// prefixes together when there are too many to count separately.
    /// </summary>
    public static IpPrefix NetworkOf(IPAddress? address)
    {
        if (address is null)
        {
            return default;
        }

        address = ClientInfo.Unmapped(address);
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out var length);
        var kept = length / 4 + (length == 4 ? 1 : 0);
        bytes[kept..].Clear();
        return new($"{new IPAddress(bytes[..length])}/{kept * 8}");
    }

    /// <summary>The form in keys and events: <c>192.0.2.7</c>, <c>2001:db8:1:2::/64</c>, or <c>unknown</c>.</summary>
    public override string ToString() => text ?? "unknown";
}
