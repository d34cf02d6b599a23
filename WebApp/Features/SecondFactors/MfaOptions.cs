namespace WebApp.Features.SecondFactors;

/// <summary>What the installation asks of second factors: section <c>Mfa</c>.</summary>
public sealed class MfaOptions
{
    /// <summary>Who must have a second factor (ASVS 6.3.3).</summary>
    public MfaRequirement Required { get; set; } = MfaRequirement.Nobody;

    /// <summary>
    /// Whether codes by e-mail are offered; they are no factor at AAL2 (NIST SP 800-63B-4, 3.1.3.1). Switched off, nobody can turn them on,
    /// and they answer only for those who have no other factor yet, so that nobody is shut out.
    /// </summary>
    public bool EmailCodes { get; set; } = true;
}

/// <summary>Who must have a second factor.</summary>
public enum MfaRequirement
{
    /// <summary>Everybody decides for themselves.</summary>
    Nobody,

    /// <summary>Whoever has the role <c>admin</c>.</summary>
    Administrators,

    /// <summary>Everybody.</summary>
    Everyone,
}
