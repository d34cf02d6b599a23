namespace WebApp.Areas.Api.Contracts;

/// <summary>Body of <c>POST /auth/login</c>.</summary>
public sealed record LoginRequest(string Email, string Password, string? DeviceName)
{
    /// <inheritdoc/>
    public override string ToString() => "LoginRequest(…)";
}
