using System.Globalization;
using System.Net;
using WebApp.Platform.Http.Client;

namespace WebApp.Platform.Http;

/// <summary>Pages, times and addresses as somebody asks for them, brought into the range that can be worked with.</summary>
public static class RequestRange
{
    // PostgreSQL and UUIDv7 go further, but arithmetic on times must not leave the calendar.
    private static readonly DateTimeOffset Earliest = DateTimeOffset.UnixEpoch;
    private static readonly DateTimeOffset Latest = new(9000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>How many rows stand before a page. Pages count from 1; those before the first are the first, those too far on are as far as can be asked for.</summary>
    public static int RowsBefore(int page, int pageSize) => (int)Math.Min((long)(Math.Max(page, 1) - 1) * pageSize, int.MaxValue);

    /// <summary>A time in UTC, where none is written otherwise; null where it is none. One before 1970 or after 8999 is the end of that range.</summary>
    public static DateTimeOffset? Time(string? text) =>
        !DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? null
        : time < Earliest ? Earliest
        : time > Latest ? Latest
        : time.ToUniversalTime();

    /// <summary>An address or a network as PostgreSQL can compare it; null where it is none. A zone (RFC 4007) means something on one machine only.</summary>
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
