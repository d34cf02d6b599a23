using System.Globalization;
using System.Net;
using WebApp.Platform.Http.Client;

namespace WebApp.Platform.Http;

/// <summary>Limits page numbers, times and addresses of a request to the range that can be processed.</summary>
public static class RequestRange
{
    // PostgreSQL and UUIDv7 allow more, but calculations must not exceed the range of DateTimeOffset.
    private static readonly DateTimeOffset Earliest = DateTimeOffset.UnixEpoch;
    private static readonly DateTimeOffset Latest = new(9000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The number of rows before a page. Pages count from 1; a smaller number means page 1, and the result is at most <see cref="int.MaxValue"/>.</summary>
    public static int RowsBefore(int page, int pageSize) => (int)Math.Min((long)(Math.Max(page, 1) - 1) * pageSize, int.MaxValue);

    /// <summary>Reads a time, as UTC if it has no offset; null if it is malformed. A time before 1970 or after 8999 is set to the end of that range.</summary>
    public static DateTimeOffset? Time(string? text) =>
        !DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? null
        : time < Earliest ? Earliest
        : time > Latest ? Latest
        : time.ToUniversalTime();

    /// <summary>Reads an address or a network for PostgreSQL; null if it is malformed or has a zone (RFC 4007), which is valid on one machine only.</summary>
    public static IPNetwork? Network(string text)
    {
        if (text.Contains('%', StringComparison.Ordinal))
        {
            return null;
        }

        if (IPAddress.TryParse(text, out var address))
        {
            address = ClientInfo.Unmapped(address);
            return new(address, address.GetAddressBytes().Length * 8);
        }

        return IPNetwork.TryParse(text, out var network) ? network : null;
    }
}
