using WebApp.Features.SecondFactors.RecoveryCodes;

namespace WebApp.Features.SecondFactors.Totp;

/// <summary>What became of proving that an app took a secret over.</summary>
public abstract record TotpConfirmation
{
    private TotpConfirmation()
    {
    }

    /// <summary>The app is on.</summary>
    /// <param name="Codes">New recovery codes, where there were none left.</param>
    public sealed record TurnedOn(RecoveryCodeSheet? Codes) : TotpConfirmation;

    /// <summary>No secret is on offer: none was asked for, it waited too long, or it was taken on already.</summary>
    public sealed record NothingOffered : TotpConfirmation;

    /// <summary>The code is not right. <paramref name="Reason"/> is never <see cref="FactorResult.Right"/>.</summary>
    public sealed record Refused(FactorResult Reason) : TotpConfirmation;
}
