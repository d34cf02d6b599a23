using System.Globalization;
using System.Net;

namespace WebApp.Platform.Mail.Messages;

/// <summary>When and where something happened, as a mail tells it.</summary>
/// <param name="At">When.</param>
/// <param name="Ip">From which address, if known.</param>
/// <param name="Device">On what, such as "Firefox on Linux"; a client may have named itself, so it is shortened and kept on one line.</param>
public sealed record Occasion(DateTimeOffset At, IPAddress? Ip, string? Device)
{
    private const int MaxDeviceLength = 100;

    /// <summary>The lines of the mail.</summary>
    internal MailBlock.Facts ToFacts() => new(
        ("When", At.ToUniversalTime().ToString("d MMMM yyyy, HH:mm 'UTC'", CultureInfo.InvariantCulture)),
        ("Device", string.IsNullOrWhiteSpace(Device) ? "unknown" : OneLine(Device)),
        ("Address", Ip?.ToString() ?? "unknown"));

    /// <summary>What a client called itself, cut to 100 characters on one line.</summary>
    internal static string OneLine(string device) =>
        string.Concat(device.Take(MaxDeviceLength).Select(c => Text.OneLine.Breaks(c) ? ' ' : c));
}
