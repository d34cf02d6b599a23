using System.ComponentModel.DataAnnotations;

namespace WebApp.Features.Accounts;

/// <summary>The form at <c>/register</c>. What is required of each field is for <see cref="Registration"/> to say, here as in the API.</summary>
public sealed class RegistrationForm
{
    /// <summary>The address, which becomes the user name.</summary>
    [Display(Name = "E-mail address")]
    public string? Email { get; init; }

    /// <summary>The new password.</summary>
    public string? Password { get; init; }

    /// <summary>What to be called.</summary>
    [Display(Name = "Your name")]
    public string? DisplayName { get; init; }
}
