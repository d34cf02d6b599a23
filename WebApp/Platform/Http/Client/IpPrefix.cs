using System.Net;
using System.Net.Sockets;

namespace WebApp.Platform.Http.Client;

/// <summary>The part of an address that one customer of a network holds: all of an IPv4 address, the first 64 bits of an IPv6 one. Limits count by it.</summary>
public readonly record struct IpPrefix
{
    private const int Ipv6Bytes = 8;
    private readonly string? text;

    private IpPrefix(string text) => this.text = text;

    /// <summary>The prefix of an address. All that have none share one, so that no limit is passed by hiding it.</summary>
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
    /// The network around an address, that of a whole provider or a large customer: the first 16 bits of IPv4, the first 32 of IPv6. For counting
    /// together whom there are too many of to count apart.
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

    /// <summary>As it stands in keys and events: <c>192.0.2.7</c>, <c>2001:db8:1:2::/64</c>, or <c>unknown</c>.</summary>
    public override string ToString() => text ?? "unknown";
}
