namespace WebApp.Areas.Api.Contracts;

/// <summary>Body of <c>POST /auth/device/token</c>.</summary>
/// <param name="DeviceCode">From the answer of <c>POST /auth/device</c>.</param>
/// <param name="GrantType">May be absent; otherwise <see cref="DeviceGrant"/>.</param>
public sealed record DeviceTokenRequest(string DeviceCode, string? GrantType)
{
    /// <summary>RFC 8628 3.4.</summary>
    public const string DeviceGrant = "urn:ietf:params:oauth:grant-type:device_code";

    /// <inheritdoc/>
    public override string ToString() => "DeviceTokenRequest(…)";
}
