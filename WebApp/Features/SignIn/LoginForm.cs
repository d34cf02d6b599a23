using System.ComponentModel.DataAnnotations;

namespace WebApp.Features.SignIn;

/// <summary>The form at <c>/login</c>.</summary>
public sealed class LoginForm
{
    /// <summary>The address.</summary>
    [Display(Name = "E-mail address")]
    [Required(ErrorMessage = "Enter your e-mail address.")]
    public string? Email { get; init; }

    /// <summary>The password.</summary>
    [Required(ErrorMessage = "Enter your password.")]
    public string? Password { get; init; }

    /// <summary>The longer pair of session limits applies.</summary>
    [Display(Name = "Keep me signed in on this device")]
    public bool RememberMe { get; init; }

    /// <summary>Where to go afterwards; anything but a path on this site is ignored.</summary>
    public string? ReturnUrl { get; init; }
}
