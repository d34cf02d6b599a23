namespace WebApp.Areas.Api.Contracts;

/// <summary>Body of <c>POST /auth/mfa</c>.</summary>
/// <param name="MfaToken">From the answer <c>mfa_required</c>.</param>
/// <param name="Method"><c>totp</c>, <c>email</c> or <c>recovery_code</c>.</param>
/// <param name="Code">As typed.</param>
/// <param name="DeviceToken">The one that was sent with the password; left out, the device gets a new one.</param>
public sealed record MfaRequest(string MfaToken, string Method, string Code, string? DeviceToken)
{
    /// <inheritdoc/>
    public override string ToString() => "MfaRequest(…)";
}
