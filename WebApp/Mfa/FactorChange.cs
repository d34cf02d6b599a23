namespace WebApp.Mfa;

/// <summary>A change of a factor, in words for its owner and for the audit trail.</summary>
/// <param name="Detail">For the trail.</param>
/// <param name="Subject">For the owner: what happened, in a few words.</param>
/// <param name="What">For the owner: what happened, in a sentence or two.</param>
public sealed record FactorChange(string Detail, string Subject, string What)
{
    private const string OthersEnded = " Every other session has ended.";

    /// <summary>An authenticator app was taken on.</summary>
    public static readonly FactorChange TotpOn = new(
        "totp on", "An authenticator app was added", "Signing in to your account now asks for a code from the authenticator app that was just added." + OthersEnded);

    /// <summary>The authenticator app was given up.</summary>
    public static readonly FactorChange TotpOff = new(
        "totp off", "The authenticator app was removed", "Codes from the authenticator app open your account no more." + OthersEnded);

    /// <summary>Mailed codes were turned on.</summary>
    public static readonly FactorChange EmailOn = new(
        "email on", "Codes by e-mail were turned on", "Signing in to your account can now be finished with a code that we send to this address." + OthersEnded);

    /// <summary>Mailed codes were turned off.</summary>
    public static readonly FactorChange EmailOff = new(
        "email off", "Codes by e-mail were turned off", "Codes that we send to this address open your account no more." + OthersEnded);

    /// <summary>There are ten new recovery codes.</summary>
    public static readonly FactorChange RecoveryCodesRenewed = new(
        "recovery codes renewed", "New recovery codes were made", "Your account has ten new recovery codes; the old ones are void." + OthersEnded);
}
