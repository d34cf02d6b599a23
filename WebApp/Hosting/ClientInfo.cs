using System.Net;

namespace WebApp.Hosting;

/// <summary>Where a request comes from and with what, as far as it can be believed.</summary>
/// <param name="Ip">The client's address; IPv4-mapped IPv6 is unmapped.</param>
/// <param name="UserAgent">At most 400 characters, control characters removed; null when absent.</param>
public sealed record ClientInfo(IPAddress? Ip, string? UserAgent)
{
    private const int MaxUserAgentLength = 400;

    /// <summary>Reads it from the request.</summary>
    public static ClientInfo Of(HttpContext context)
    {
        var ip = context.Connection.RemoteIpAddress;
        var agent = context.Request.Headers.UserAgent.ToString();
        return new(ip is { IsIPv4MappedToIPv6: true } ? ip.MapToIPv4() : ip, agent.Length == 0 ? null : Clean(agent));
    }

    private static string Clean(string agent) =>
        new([.. agent.Take(MaxUserAgentLength).Where(c => !char.IsControl(c))]);
}
