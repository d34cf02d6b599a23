namespace WebApp.Features.SecondFactors;

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
