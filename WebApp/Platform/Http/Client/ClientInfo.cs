using System.Net;
using WebApp.Platform.Text;

namespace WebApp.Platform.Http.Client;

/// <summary>Where a request comes from and with what, as far as it can be believed.</summary>
/// <param name="Ip">The client's address; IPv4-mapped IPv6 is unmapped.</param>
/// <param name="UserAgent">At most 400 characters, control characters removed; null when absent.</param>
public sealed record ClientInfo(IPAddress? Ip, string? UserAgent)
{
    private const int MaxUserAgentLength = 400;

    /// <summary>What it runs on, for people: “Firefox on Linux”.</summary>
    public string Device => DeviceLabel.Of(null, UserAgent);

    /// <summary>What kind of request it came with, for metrics: <c>api</c>, <c>browser</c>, or <c>none</c> where nobody asked.</summary>
    public string RequestKind { get; init; } = "none";

    /// <summary>The claim of a principal whose account somebody else looks at: who that is (the name is RFC 8693's, 4.1).</summary>
    public const string ActorClaim = "act";

    /// <summary>Who does it, where that is not the account's owner.</summary>
    public Guid? ActorId { get; init; }

    /// <summary>
    /// Of something that somebody else did to an account: the owner reads that it happened, and not from where; the trail knows by whom.
    /// </summary>
    public static ClientInfo By(Guid actor) => new(null, null) { ActorId = actor };

    /// <summary>Reads it from the request.</summary>
    public static ClientInfo Of(HttpContext context) => new(IpOf(context), OneLine.Of(context.Request.Headers.UserAgent, MaxUserAgentLength))
    {
        RequestKind = context.IsApiRequest ? "api" : "browser",
        ActorId = context.User.FindFirst(ActorClaim) is { } actor ? Guid.Parse(actor.Value) : null,
    };

    /// <summary>The address alone, for the hot path.</summary>
    public static IPAddress? IpOf(HttpContext context) => context.Connection.RemoteIpAddress is { } ip ? Unmapped(ip) : null;

    /// <summary>An IPv4 address that a dual-stack socket wrote as IPv6, as IPv4 again; others as they are.</summary>
    public static IPAddress Unmapped(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
