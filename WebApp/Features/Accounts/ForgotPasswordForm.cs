using System.ComponentModel.DataAnnotations;
using WebApp.Platform.Mail;

namespace WebApp.Features.Accounts;

/// <summary>The form at <c>/forgot-password</c>.</summary>
public sealed class ForgotPasswordForm
{
    /// <summary>The address of the account.</summary>
    [Display(Name = "E-mail address")]
    [Required(ErrorMessage = "Enter your e-mail address.")]
    [EmailAddress(ErrorMessage = "An e-mail address looks like name@example.org.")]
    public string? Email { get; init; }
}
