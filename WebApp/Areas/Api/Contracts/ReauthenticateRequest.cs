namespace WebApp.Areas.Api.Contracts;

/// <summary>Body of <c>POST /auth/reauthenticate</c>: <c>method</c> and <c>code</c> where the account has a second factor, else <c>password</c>.</summary>
public sealed record ReauthenticateRequest(string? Password, string? Method, string? Code)
{
    /// <inheritdoc/>
    public override string ToString() => "ReauthenticateRequest(…)";
}
