namespace WebApp.Areas.Api.Contracts;

/// <summary>Body of <c>POST /auth/login</c>.</summary>
/// <param name="Email">The address.</param>
/// <param name="Password">The password.</param>
/// <param name="DeviceName">What the session is called in the list.</param>
/// <param name="DeviceToken">From the last sign-in: a client that sends it back has guesses of its own. One that is unknown is ignored.</param>
public sealed record LoginRequest(string Email, string Password, string? DeviceName, string? DeviceToken)
{
    /// <inheritdoc/>
    public override string ToString() => "LoginRequest(…)";
}
