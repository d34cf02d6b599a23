namespace WebApp.Features.SignIn;

/// <summary>What <c>passkeys.js</c> sends.</summary>
public sealed class PasskeySignInForm
{
    /// <summary>What the options are for: a word of <see cref="Features.SecondFactors.Passkeys.PasskeyPurpose"/>.</summary>
    public string? Purpose { get; init; }

    /// <summary>The authenticator's answer, as JSON.</summary>
    public string? Credential { get; init; }

    /// <summary>The longer pair of session limits applies.</summary>
    public bool RememberMe { get; init; }

    /// <summary>This browser need not show a second factor for a while.</summary>
    public bool TrustDevice { get; init; }

    /// <summary>Where to go afterwards; anything but a path on this site is ignored.</summary>
    public string? ReturnUrl { get; init; }
}
