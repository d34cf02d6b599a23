namespace WebApp.Operations.Doctor;

/// <summary>How bad it is.</summary>
public enum Severity
{
    /// <summary>As it should be.</summary>
    Good,

    /// <summary>Nothing is wrong, and worth knowing.</summary>
    Note,

    /// <summary>It works, and not as it should.</summary>
    Warning,

    /// <summary>Something does not work, or is not safe.</summary>
    Fault,
}
