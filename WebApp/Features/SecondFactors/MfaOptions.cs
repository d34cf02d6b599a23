namespace WebApp.Features.SecondFactors;

/// <summary>The installation's requirements for second factors: section <c>Mfa</c>.</summary>
public sealed class MfaOptions
{
    /// <summary>Who must have a second factor (ASVS 6.3.3).</summary>
    public MfaRequirement Required { get; set; } = MfaRequirement.Nobody;

    /// <summary>
    /// Whether mailed codes are offered; they are not a factor at AAL2 (NIST SP 800-63B-4, 3.1.3.1). If off, nobody can turn them on, and they work only
    /// for users who have no other factor yet, so that nobody is locked out.
    /// </summary>
    public bool EmailCodes { get; set; } = true;
}

/// <summary>Who must have a second factor.</summary>
public enum MfaRequirement
{
    /// <summary>Nobody; every user can choose.</summary>
    Nobody,

    /// <summary>Users with the role <c>admin</c>.</summary>
    Administrators,

    /// <summary>Everybody.</summary>
    Everyone,
}
