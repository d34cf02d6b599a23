namespace WebApp.Platform.Http.Client;

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
    public static string Of(string? deviceName, string? userAgent)
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
