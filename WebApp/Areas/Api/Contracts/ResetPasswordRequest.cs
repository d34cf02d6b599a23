namespace WebApp.Areas.Api.Contracts;

/// <summary>Body of <c>POST /auth/reset-password</c>: a proof as in <see cref="ConfirmEmailRequest"/>, and the new password.</summary>
public sealed record ResetPasswordRequest(string? Token, string? Email, string? Code, string NewPassword) : IProofRequest
{
    /// <inheritdoc/>
    public override string ToString() => "ResetPasswordRequest(…)";
}
