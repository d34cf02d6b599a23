namespace WebApp.Areas.Api.Contracts;

/// <summary>Body of <c>POST /password/strength</c>; address and name are counted against a password that holds them.</summary>
public sealed record PasswordStrengthRequest(string Password, string? Email, string? DisplayName)
{
    /// <inheritdoc/>
    public override string ToString() => "PasswordStrengthRequest(…)";
}
