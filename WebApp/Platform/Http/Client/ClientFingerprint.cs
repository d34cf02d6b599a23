using System.Net;

namespace WebApp.Platform.Http.Client;

/// <summary>Compares what is known of two clients. What was not known at first proves no change.</summary>
public static class ClientFingerprint
{
    /// <summary>Whether both are the same browser on the same system; versions are let pass, for browsers renew themselves.</summary>
    public static bool IsSameFamily(string? before, string? now) =>
        before is null || before == now || DeviceLabel.Of(null, before) == DeviceLabel.Of(null, now);

    /// <summary>Whether both lie in one <see cref="IpPrefix"/>.</summary>
    public static bool IsSamePlace(IPAddress? before, IPAddress? now) =>
        before is null || now is null || before.Equals(now) || IpPrefix.Of(before) == IpPrefix.Of(now);
}
