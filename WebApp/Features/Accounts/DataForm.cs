using System.ComponentModel.DataAnnotations;

namespace WebApp.Features.Accounts;

/// <summary>The form at <c>/account/data</c> that asks for deletion.</summary>
public sealed class DataForm
{
    /// <summary>The account's address, typed to confirm.</summary>
    [Display(Name = "Your e-mail address, to confirm")]
    public string? Confirmation { get; init; }
}
