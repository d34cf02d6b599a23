namespace WebApp.Areas.Api.Contracts;

/// <summary>Body of <c>POST /auth/confirm-email</c>: a link's <c>token</c>, or <c>email</c> and <c>code</c>; and the registration's <c>password</c>.</summary>
public sealed record ConfirmEmailRequest(string? Token, string? Email, string? Code, string Password) : IProofRequest
{
    /// <inheritdoc/>
    public override string ToString() => "ConfirmEmailRequest(…)";
}
