using System.Net;
using WebApp.Platform.Http;

namespace WebApp.Features.Tokens;

/// <summary>The master password, where there is one: section <c>Admin</c>. Refuses to print.</summary>
public sealed class MasterPasswordOptions
{
    /// <summary>Its hash in the form passwords are stored in; null or empty: there is none.</summary>
    public string? MasterPasswordHash { get; set; }

    /// <summary>Addresses and networks, separated by commas, whose guesses are not counted together with those of strangers.</summary>
    public string? TrustedNetworks { get; set; }

    /// <summary>Those networks; null for what is none.</summary>
    public IEnumerable<IPNetwork?> Networks =>
        (TrustedNetworks ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(RequestRange.Network);

    /// <inheritdoc/>
    public override string ToString() => "MasterPasswordOptions(…)";
}
