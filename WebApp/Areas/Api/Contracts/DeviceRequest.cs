namespace WebApp.Areas.Api.Contracts;

/// <summary>Body of <c>POST /auth/device</c>: what the device says of itself, to be shown before it is let in.</summary>
/// <param name="ClientName">What the program is called.</param>
/// <param name="DeviceName">What the device is called; the session gets this name.</param>
public sealed record DeviceRequest(string? ClientName, string? DeviceName);
