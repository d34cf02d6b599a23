using System.Net;
using WebApp.Platform.Text;

namespace WebApp.Platform.Http.Client;

/// <summary>The client of a request: its address and its User-Agent, which is not verified.</summary>
/// <param name="Ip">The client's address; IPv4-mapped IPv6 is unmapped.</param>
/// <param name="UserAgent">At most 400 characters, without control characters; null if absent.</param>
public sealed record ClientInfo(IPAddress? Ip, string? UserAgent)
{
    private const int MaxUserAgentLength = 400;

    /// <summary>The device name, as it is stored and compared: “Firefox on Linux”.</summary>
    public string Device => DeviceLabel.FromClient(null, UserAgent);

    /// <summary>The same in the language of the page or mail.</summary>
    public string ShownDevice => DeviceLabel.Translate(Device);

    /// <summary>The kind of request, for metrics: <c>api</c>, <c>browser</c>, or <c>none</c> outside of a request.</summary>
    public string RequestKind { get; init; } = "none";

    /// <summary>The claim with the id of the administrator who impersonates the user (RFC 8693 4.1).</summary>
    public const string ActorClaim = "act";

    /// <summary>The user who acts, if they are not the account's owner.</summary>
    public Guid? ActorId { get; init; }

    /// <summary>
    /// For a change that another user made to an account: the owner sees that it happened, but not from where; the audit trail has the actor.
    /// </summary>
    public static ClientInfo By(Guid actor) => new(null, null) { ActorId = actor };

    /// <summary>Reads the client from the request.</summary>
    public static ClientInfo FromRequest(HttpContext context) => new(IpOf(context), OneLine.Clean(context.Request.Headers.UserAgent, MaxUserAgentLength))
    {
        RequestKind = context.IsApiRequest ? "api" : "browser",
        ActorId = context.User.FindFirst(ActorClaim) is { } actor ? Guid.Parse(actor.Value) : null,
    };

    /// <summary>Only the address, for frequent requests.</summary>
    public static IPAddress? IpOf(HttpContext context) => context.Connection.RemoteIpAddress is { } ip ? Unmapped(ip) : null;

    /// <summary>Converts an IPv4-mapped IPv6 address of a dual-stack socket to IPv4; returns others unchanged.</summary>
    public static IPAddress Unmapped(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}

/// <summary>Derives a device name for users from the User-Agent: “Firefox on Linux”. It proves nothing.</summary>
public static class DeviceLabel
{
    private static readonly (string Mark, string Name)[] Browsers =
    [
        // Order matters: the User-Agent of a browser in this list may also name browsers that come after it.
        ("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("FxiOS/", "Firefox"), ("CriOS/", "Chrome"),
        ("Chrome/", "Chrome"), ("Safari/", "Safari"), ("curl/", "curl"),
    ];

    private static readonly (string Mark, string Name)[] Systems =
    [
        ("Windows", "Windows"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("CrOS", "ChromeOS"),
        ("Mac OS X", "macOS"), ("Linux", "Linux"),
    ];

    private static readonly string Unknown = Marked("Unknown device");
    private static readonly string OnlySystem = Marked("A client on {0}");

    /// <summary>The name for pages, in their language.</summary>
    public static string Describe(string? deviceName, string? userAgent) => Translate(FromClient(deviceName, userAgent));

    /// <summary>A name that <see cref="FromClient"/> made, in the language of the page or mail.</summary>
    public static string Translate(string label) =>
        label == Unknown ? T(Unknown)
        : Systems.FirstOrDefault(system => label == WithSystem(system.Name)).Name is { } name ? T(OnlySystem, name)
        : label;

    /// <summary>The name as it is stored and compared, in English: the name that the client gave, else browser and system, else the first word of the User-Agent.</summary>
    public static string FromClient(string? deviceName, string? userAgent)
    {
        if (!string.IsNullOrWhiteSpace(deviceName))
        {
            return deviceName;
        }

        if (string.IsNullOrWhiteSpace(userAgent))
        {
            return Unknown;
        }

        var browser = Find(Browsers, userAgent);
        var system = Find(Systems, userAgent);
        return (browser, system) switch
        {
            (not null, not null) => $"{browser} on {system}",
            (not null, null) => browser,
            (null, not null) => WithSystem(system),
            _ => userAgent.Split(' ', '/')[0],
        };
    }

    private static string WithSystem(string system) => OnlySystem.Replace("{0}", system, StringComparison.Ordinal);

    private static string? Find((string Mark, string Name)[] table, string agent) =>
        Array.Find(table, row => agent.Contains(row.Mark, StringComparison.Ordinal)).Name;
}

/// <summary>Compares two clients. If a value was unknown before, it counts as unchanged.</summary>
public static class ClientFingerprint
{
    /// <summary>Whether both are the same browser on the same system; versions are ignored, because browsers update themselves.</summary>
    public static bool IsSameFamily(string? before, string? now) =>
        before is null || before == now || DeviceLabel.FromClient(null, before) == DeviceLabel.FromClient(null, now);

    /// <summary>Whether both are in the same <see cref="IpPrefix"/>.</summary>
    public static bool IsSamePlace(IPAddress? before, IPAddress? now) =>
        before is null || now is null || before.Equals(now) || IpPrefix.Containing(before) == IpPrefix.Containing(now);
}

/// <summary>
/// What happens when a session's client changes: its User-Agent family or its IP prefix. This is a signal, not a proof of possession: an attacker who
/// copies a key can copy a header too.
/// </summary>
public enum ClientBinding
{
    /// <summary>Not checked.</summary>
    Off,

    /// <summary>Recorded, and may raise an alert; nothing is refused.</summary>
    Monitor,

    /// <summary>Another User-Agent family ends the session; another IP prefix is refused and needs a new sign-in, and the session continues at its own prefix.</summary>
    Enforce,
}
