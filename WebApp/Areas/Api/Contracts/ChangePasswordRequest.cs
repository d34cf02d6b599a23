namespace WebApp.Areas.Api.Contracts;

/// <summary>Body of <c>POST /password</c>; <c>device_token</c> shows that the account knows the device.</summary>
public sealed record ChangePasswordRequest(string CurrentPassword, string NewPassword, string? DeviceToken)
{
    /// <inheritdoc/>
    public override string ToString() => "ChangePasswordRequest(…)";
}
