namespace WebApp.Areas.Api.Contracts;

/// <summary>Body of <c>POST /password</c>.</summary>
public sealed record ChangePasswordRequest(string CurrentPassword, string NewPassword)
{
    /// <inheritdoc/>
    public override string ToString() => "ChangePasswordRequest(…)";
}
