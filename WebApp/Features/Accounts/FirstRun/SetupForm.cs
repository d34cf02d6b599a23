using System.ComponentModel.DataAnnotations;

namespace WebApp.Features.Accounts.FirstRun;

/// <summary>The form at <c>/setup</c>.</summary>
public sealed class SetupForm
{
    /// <summary>What the start printed.</summary>
    [Display(Name = "Setup code")]
    public string? Code { get; init; }

    /// <summary>The administrator's address.</summary>
    [Display(Name = "E-mail address")]
    public string? Email { get; init; }

    /// <summary>What to be called.</summary>
    [Display(Name = "Your name")]
    public string? DisplayName { get; init; }

    /// <summary>The new password.</summary>
    public string? Password { get; init; }
}
