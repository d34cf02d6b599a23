namespace WebApp.Features.SecondFactors.RecoveryCodes;

/// <summary>Recovery codes in plain text, as they are shown once. Refuses to print.</summary>
/// <param name="Codes">As written: <c>abcde-fghjk</c>.</param>
public sealed record RecoveryCodeSheet(IReadOnlyList<string> Codes)
{
    /// <inheritdoc/>
    public override string ToString() => $"RecoveryCodeSheet({Codes.Count}, …)";
}
