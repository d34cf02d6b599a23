using WebApp.Features.SignIn.DeviceCode;
using WebApp.Platform.Text;

namespace WebApp.Areas.Api.Contracts;

/// <summary>The codes for a device (RFC 8628 3.2): <c>POST /auth/device</c>. Refuses to print.</summary>
/// <param name="DeviceCode">To poll with; never shown.</param>
/// <param name="UserCode">To be shown, <c>WDJB-MJHT</c>.</param>
/// <param name="VerificationUri">Where people type it.</param>
/// <param name="VerificationUriComplete">The same with the code in it.</param>
/// <param name="ExpiresIn">Seconds.</param>
/// <param name="Interval">Seconds to wait between polls.</param>
/// <param name="QrSvg">The complete address as a QR code.</param>
public sealed record DeviceResponse(
    string DeviceCode, string UserCode, string VerificationUri, string VerificationUriComplete, int ExpiresIn, int Interval, string QrSvg)
{
    /// <summary>The offer as it goes over the wire.</summary>
    public static DeviceResponse Of(DeviceOffer offer) => new(
        offer.Key.Reveal(),
        offer.ShownCode,
        offer.Page,
        offer.PageWithCode,
        WholeSeconds.RoundUp(DeviceOffers.Lifetime),
        WholeSeconds.RoundUp(DeviceOffers.Interval),
        offer.QrSvg);

    /// <inheritdoc/>
    public override string ToString() => "DeviceResponse(…)";
}
