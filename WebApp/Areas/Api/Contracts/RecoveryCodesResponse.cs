using WebApp.Features.SecondFactors.RecoveryCodes;

namespace WebApp.Areas.Api.Contracts;

/// <summary>New recovery codes, this once; none where there were some already. Refuses to print.</summary>
public sealed record RecoveryCodesResponse(IReadOnlyList<string> RecoveryCodes)
{
    /// <summary>A sheet as it goes over the wire.</summary>
    public static RecoveryCodesResponse Of(RecoveryCodeSheet? sheet) => new(sheet?.Codes ?? []);

    /// <inheritdoc/>
    public override string ToString() => $"RecoveryCodesResponse({RecoveryCodes.Count}, …)";
}
