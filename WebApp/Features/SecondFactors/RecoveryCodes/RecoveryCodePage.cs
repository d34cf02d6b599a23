namespace WebApp.Features.SecondFactors.RecoveryCodes;

/// <summary>The page that shows new codes, once. Refuses to print.</summary>
/// <param name="Codes">The codes.</param>
/// <param name="Download">The sealed field that the download sends back.</param>
public sealed record RecoveryCodePage(IReadOnlyList<string> Codes, string Download)
{
    /// <inheritdoc/>
    public override string ToString() => $"RecoveryCodePage({Codes.Count}, …)";
}
