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
    public string Device => DeviceLabel.Describe(null, UserAgent);

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
    public static ClientInfo FromRequest(HttpContext context) => new(IpOf(context), OneLine.Clean(context.Request.Headers.UserAgent, MaxUserAgentLength))
    {
        RequestKind = context.IsApiRequest ? "api" : "browser",
        ActorId = context.User.FindFirst(ActorClaim) is { } actor ? Guid.Parse(actor.Value) : null,
    };

    /// <summary>The address alone, for the hot path.</summary>
    public static IPAddress? IpOf(HttpContext context) => context.Connection.RemoteIpAddress is { } ip ? Unmapped(ip) : null;

    /// <summary>An IPv4 address that a dual-stack socket wrote as IPv6, as IPv4 again; others as they are.</summary>
    public static IPAddress Unmapped(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}

/// <summary>Names a device from its User-Agent, for people: “Firefox on Linux”. A hint, never a proof.</summary>
public static class DeviceLabel
{
    private static readonly (string Mark, string Name)[] Browsers =
    [
        // Order matters: later browsers claim to be the earlier ones too.
        ("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("FxiOS/", "Firefox"), ("CriOS/", "Chrome"),
        ("Chrome/", "Chrome"), ("Safari/", "Safari"), ("curl/", "curl"),
    ];

    private static readonly (string Mark, string Name)[] Systems =
    [
        ("Windows", "Windows"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("CrOS", "ChromeOS"),
        ("Mac OS X", "macOS"), ("Linux", "Linux"),
    ];

    /// <summary>The client's own name where it gave one, else browser and system, else the agent's first word.</summary>
    public static string Describe(string? deviceName, string? userAgent)
    {
        if (!string.IsNullOrWhiteSpace(deviceName))
        {
            return deviceName;
        }

        if (string.IsNullOrWhiteSpace(userAgent))
        {
            return "Unknown device";
        }

        var browser = Find(Browsers, userAgent);
        var system = Find(Systems, userAgent);
        return (browser, system) switch
        {
            (not null, not null) => $"{browser} on {system}",
            (not null, null) => browser,
            (null, not null) => $"A client on {system}",
            _ => userAgent.Split(' ', '/')[0],
        };
    }

    private static string? Find((string Mark, string Name)[] table, string agent) =>
        Array.Find(table, row => agent.Contains(row.Mark, StringComparison.Ordinal)).Name;
}

/// <summary>Compares what is known of two clients. What was not known at first proves no change.</summary>
public static class ClientFingerprint
{
    /// <summary>Whether both are the same browser on the same system; versions are let pass, for browsers renew themselves.</summary>
    public static bool IsSameFamily(string? before, string? now) =>
        before is null || before == now || DeviceLabel.Describe(null, before) == DeviceLabel.Describe(null, now);

    /// <summary>Whether both lie in one <see cref="IpPrefix"/>.</summary>
    public static bool IsSamePlace(IPAddress? before, IPAddress? now) =>
        before is null || now is null || before.Equals(now) || IpPrefix.Containing(before) == IpPrefix.Containing(now);
}

/// <summary>
/// What it means that a session's client changed: its User-Agent family or its IP prefix. A signal, never a proof of possession: whoever copies a
/// key can copy a header too.
/// </summary>
public enum ClientBinding
{
    /// <summary>Not looked at.</summary>
    Off,

    /// <summary>Recorded, and may alert; nothing is refused.</summary>
    Monitor,

    /// <summary>Another User-Agent family ends the session; another IP prefix is refused and needs a sign-in there, and the session lives on where it was.</summary>
    Enforce,
}
