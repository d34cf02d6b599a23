namespace WebApp.Areas.Api.Contracts;

/// <summary>Body of <c>POST /auth/register</c>. Refuses to print, like everything here that holds a secret.</summary>
public sealed record RegisterRequest(string Email, string Password, string? DisplayName)
{
    /// <inheritdoc/>
    public override string ToString() => "RegisterRequest(…)";
}
