using System.ComponentModel.DataAnnotations;

namespace WebApp.Features.Accounts;

/// <summary>The form at <c>/account/email</c>.</summary>
public sealed class EmailChangeForm
{
    /// <summary>The address wanted.</summary>
    [Display(Name = "New e-mail address")]
    public string? Email { get; init; }

    /// <summary>The address so far; for the page alone.</summary>
    public string Current { get; set; } = "";

    /// <summary>The address that waits to be confirmed; for the page alone.</summary>
    public string? Awaited { get; set; }
}
