using WebApp.Platform.Http.Client;

namespace WebApp.Features.SignIn.DeviceCode;

/// <summary>What is shown before a device is let in.</summary>
/// <param name="SignIn">The device.</param>
/// <param name="Code">Its code as it shows it.</param>
/// <param name="Email">The account it would be signed in to.</param>
/// <param name="Here">The approver.</param>
/// <param name="SessionDays">How long it may stay signed in.</param>
public sealed record DeviceConfirmation(DeviceSignIn SignIn, string Code, string Email, ClientInfo Here, int SessionDays)
{
    /// <summary>
    /// Whether the device asks from the approver's own network; null where that cannot be told, because one has an IPv4 address and the other
    /// an IPv6 address, as two devices of one home may.
    /// </summary>
    public bool? SameNetwork => SignIn.Ip is not { } there || Here.Ip is not { } here || there.AddressFamily != here.AddressFamily
        ? null
        : IpPrefix.Of(there) == IpPrefix.Of(here);
}
