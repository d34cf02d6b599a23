using System.ComponentModel.DataAnnotations;

namespace WebApp.Features.Accounts;

/// <summary>The form at <c>/account/profile</c>.</summary>
public sealed class ProfileForm
{
    /// <summary>What to be called; empty: the address.</summary>
    [Display(Name = "Your name")]
    public string? DisplayName { get; init; }
}
