using System.ComponentModel.DataAnnotations;

namespace WebApp.Features.Accounts;

/// <summary>The form at <c>/confirm-email-change</c>: the token of the mailed link or, while signed in, the mailed code.</summary>
public sealed class EmailChangeConfirmationForm
{
    /// <summary>The link's token.</summary>
    public string? Token { get; init; }

    /// <summary>The code from the mail.</summary>
    [Display(Name = "Code from the mail")]
    public string? Code { get; init; }

    /// <summary>The address that waits to be confirmed; for the page alone.</summary>
    public string? Awaited { get; set; }
}
