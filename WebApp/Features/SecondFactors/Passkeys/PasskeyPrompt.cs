namespace WebApp.Features.SecondFactors.Passkeys;

/// <summary>A button that asks for a passkey, drawn by <c>_PasskeyFactor.cshtml</c> and brought to life by <c>passkeys.js</c>.</summary>
/// <param name="Purpose">What for: <see cref="PasskeyPurpose.Ceremony"/>.</param>
/// <param name="Action">Where the answer goes.</param>
/// <param name="Label">What the button says.</param>
/// <param name="ReturnUrl">Where to go afterwards; anything but a path on this site is ignored.</param>
/// <param name="Autofill">Whether the browser may offer passkeys in the address field without the button being pressed.</param>
public sealed record PasskeyPrompt(string Purpose, string Action, string Label, string? ReturnUrl, bool Autofill = false)
{
    /// <summary>On <c>/login</c>: instead of a password.</summary>
    public static PasskeyPrompt SignIn(string? returnUrl) => new(PasskeyPurpose.SignInWord, "/login/passkey", "Sign in with a passkey", returnUrl, Autofill: true);

    /// <summary>On <c>/login/mfa</c>: after a password.</summary>
    public static PasskeyPrompt SecondFactor(string? returnUrl) => new(PasskeyPurpose.SecondFactorWord, "/login/mfa/passkey", "Use a passkey", returnUrl);

    /// <summary>On <c>/reauthenticate</c>.</summary>
    public static PasskeyPrompt StepUp(string? returnUrl) => new(PasskeyPurpose.StepUpWord, "/reauthenticate/passkey", "Use a passkey", returnUrl);
}
