using WebApp.Platform.Http.Client;

namespace WebApp.Features.Sessions;

/// <summary>A known device as its owner sees it.</summary>
/// <param name="Id">Which.</param>
/// <param name="Device">What it is: “Firefox on Linux”.</param>
/// <param name="Ip">Its address at the last sign-in.</param>
/// <param name="FirstSeenAt">The first sign-in (UTC).</param>
/// <param name="LastSeenAt">The last sign-in (UTC).</param>
/// <param name="TrustedUntil">Until when it skips the second factor (UTC); null where it does not.</param>
/// <param name="Current">Whether it is the browser that looks.</param>
/// <param name="Kind">Whether it is a browser or an API client.</param>
public sealed record DeviceView(
    Guid Id, string Device, string? Ip, DateTimeOffset FirstSeenAt, DateTimeOffset LastSeenAt, DateTimeOffset? TrustedUntil, bool Current, SessionKind Kind)
{
    /// <summary>Describes one.</summary>
    public static DeviceView Of(KnownDevice device, Guid? here, DateTimeOffset now) => new(
        device.Id,
        DeviceLabel.Of(device.DeviceName, device.UserAgent),
        device.Ip?.ToString(),
        device.CreatedAt,
        device.LastSeenAt,
        device.TrustedSince(now) is null ? null : device.TrustedUntil,
        device.Kind == SessionKind.Browser && device.BrowserId == here,
        device.Kind);
}
