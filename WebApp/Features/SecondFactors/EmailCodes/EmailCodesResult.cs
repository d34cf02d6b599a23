using WebApp.Features.SecondFactors.RecoveryCodes;

namespace WebApp.Features.SecondFactors.EmailCodes;

/// <summary>What became of turning mailed codes on.</summary>
public abstract record EmailCodesResult
{
    private EmailCodesResult()
    {
    }

    /// <summary>They are on.</summary>
    /// <param name="Codes">New recovery codes, where there were none left.</param>
    public sealed record TurnedOn(RecoveryCodeSheet? Codes) : EmailCodesResult;

    /// <summary>They were on before; nothing changed.</summary>
    public sealed record AlreadyOn : EmailCodesResult;

    /// <summary>The installation does not offer them.</summary>
    public sealed record NotOffered : EmailCodesResult;

    /// <summary>Nobody has shown that they read the address.</summary>
    public sealed record AddressNotConfirmed : EmailCodesResult;
}
