namespace WebApp.Areas.Api.Contracts;

/// <summary>Body of <c>POST /auth/reauthenticate</c>: <c>method</c> and <c>code</c> where the account has a second factor, else <c>password</c>; <c>device_token</c> shows that the account knows the device.</summary>
public sealed record ReauthenticateRequest(string? Password, string? Method, string? Code, string? DeviceToken)
{
    /// <inheritdoc/>
    public override string ToString() => "ReauthenticateRequest(…)";
}
