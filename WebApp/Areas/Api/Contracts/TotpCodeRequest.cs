namespace WebApp.Areas.Api.Contracts;

/// <summary>Body of <c>POST /mfa/totp/confirm</c>.</summary>
public sealed record TotpCodeRequest(string Code)
{
    /// <inheritdoc/>
    public override string ToString() => "TotpCodeRequest(…)";
}
