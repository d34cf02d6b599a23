namespace WebApp.Features.SecondFactors;

/// <summary>Which second factors a user has.</summary>
/// <param name="Required">Whether signing in asks for one.</param>
/// <param name="TotpSince">When the authenticator app was taken on (UTC); null where there is none.</param>
/// <param name="EmailOn">Whether mailed codes are on.</param>
/// <param name="EmailOffered">Whether the installation lets them be turned on.</param>
/// <param name="Email">The address they would go to.</param>
/// <param name="EmailConfirmed">Whether they may be on.</param>
/// <param name="RecoveryCodesLeft">How many recovery codes still work.</param>
public sealed record FactorOverview(bool Required, DateTimeOffset? TotpSince, bool EmailOn, bool EmailOffered, string Email, bool EmailConfirmed, int RecoveryCodesLeft)
{
    /// <summary>Whether so few recovery codes are left that new ones should be made.</summary>
    public bool FewCodesLeft => Required && RecoveryCodesLeft <= RecoveryCodes.RecoveryCodeSheets.FewLeft;
}
