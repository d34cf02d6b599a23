using WebApp.Features.SecondFactors.Totp;

namespace WebApp.Areas.Api.Contracts;

/// <summary>A secret for an authenticator app: <c>POST /mfa/totp</c>. Refuses to print.</summary>
public sealed record TotpOfferResponse(string Secret, string OtpauthUri, string QrSvg)
{
    /// <summary>The offer as it goes over the wire.</summary>
    public static TotpOfferResponse Of(TotpOffer offer) => new(offer.Secret, offer.OtpauthUri, offer.QrSvg);

    /// <inheritdoc/>
    public override string ToString() => "TotpOfferResponse(…)";
}
