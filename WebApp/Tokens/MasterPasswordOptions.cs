namespace WebApp.Tokens;

/// <summary>The master password, where there is one: key <c>Admin:MasterPasswordHash</c>. Refuses to print.</summary>
public sealed class MasterPasswordOptions
{
    /// <summary>Its hash in the form passwords are stored in; null or empty: there is none.</summary>
    public string? MasterPasswordHash { get; set; }

    /// <inheritdoc/>
    public override string ToString() => "MasterPasswordOptions(…)";
}
