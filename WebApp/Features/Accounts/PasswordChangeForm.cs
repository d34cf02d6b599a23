using System.ComponentModel.DataAnnotations;

namespace WebApp.Features.Accounts;

/// <summary>The form at <c>/account/password</c>.</summary>
public sealed class PasswordChangeForm
{
    /// <summary>The password so far.</summary>
    [Display(Name = "Current password")]
    public string? CurrentPassword { get; init; }

    /// <summary>The new one; <see cref="PasswordChange"/> judges it.</summary>
    [Display(Name = "New password")]
    public string? NewPassword { get; init; }
}
