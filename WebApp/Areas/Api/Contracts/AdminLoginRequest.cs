namespace WebApp.Areas.Api.Contracts;

/// <summary>Body of <c>POST /auth/admin-login</c>.</summary>
public sealed record AdminLoginRequest(string MasterPassword)
{
    /// <inheritdoc/>
    public override string ToString() => "AdminLoginRequest(…)";
}
