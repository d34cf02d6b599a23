namespace WebApp.Areas.Api.Contracts;

/// <summary>Body of <c>POST /auth/mfa/email-code</c>.</summary>
/// <param name="MfaToken">From the answer <c>mfa_required</c>.</param>
public sealed record MfaEmailCodeRequest(string MfaToken)
{
    /// <inheritdoc/>
    public override string ToString() => "MfaEmailCodeRequest(…)";
}
