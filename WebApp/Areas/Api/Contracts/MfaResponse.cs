using WebApp.Features.SecondFactors;

namespace WebApp.Areas.Api.Contracts;

/// <summary>The caller's second factors: <c>GET /mfa</c>. Times are UTC.</summary>
/// <param name="Enabled">Whether signing in asks for a second factor.</param>
/// <param name="Methods">What it can be answered with, the strongest first.</param>
/// <param name="TotpSince">When the authenticator app was taken on; null where there is none.</param>
/// <param name="RecoveryCodesLeft">How many recovery codes still work.</param>
public sealed record MfaResponse(bool Enabled, IReadOnlyList<string> Methods, DateTimeOffset? TotpSince, int RecoveryCodesLeft)
{
    /// <summary>The factors as they go over the wire.</summary>
    public static MfaResponse Of(FactorOverview overview, IReadOnlyList<string> methods) =>
        new(overview.Required, methods, overview.TotpSince, overview.RecoveryCodesLeft);
}
