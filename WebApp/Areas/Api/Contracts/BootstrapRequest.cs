namespace WebApp.Areas.Api.Contracts;

/// <summary>Body of <c>POST /auth/bootstrap</c>.</summary>
/// <param name="Method"><c>usernamepassword</c>, <c>session</c>, <c>proxy</c> or <c>localhost</c>.</param>
/// <param name="Username">For <c>usernamepassword</c>: the address. For <c>localhost</c>: whose account, where it is not the developer's.</param>
/// <param name="Password">For <c>usernamepassword</c>.</param>
/// <param name="DeviceName">What the session is called in the list.</param>
/// <param name="DeviceToken">For <c>usernamepassword</c>: from the last sign-in, as at <c>/auth/login</c>.</param>
public sealed record BootstrapRequest(string Method, string? Username, string? Password, string? DeviceName, string? DeviceToken)
{
    /// <inheritdoc/>
    public override string ToString() => $"BootstrapRequest({Method}, …)";
}
