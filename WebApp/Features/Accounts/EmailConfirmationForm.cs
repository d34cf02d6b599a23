using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using WebApp.Features.Verification;

namespace WebApp.Features.Accounts;

/// <summary>The form at <c>/confirm-email</c>: the token of the mailed link, or the address and the mailed code; and the registration's password.</summary>
public sealed class EmailConfirmationForm
{
    /// <summary>The link's token.</summary>
    public string? Token { get; init; }

    /// <summary>The address, where the code is typed.</summary>
    [Display(Name = "E-mail address")]
    public string? Email { get; init; }

    /// <summary>The code from the mail.</summary>
    [Display(Name = "Code from the mail")]
    public string? Code { get; init; }

    /// <summary>The registration's password, where this is not the browser that registered.</summary>
    public string? Password { get; init; }

    /// <summary>Whether the page asks for the password.</summary>
    [BindNever]
    public bool AsksPassword { get; init; }

    /// <summary>The registration that the link is of; null where there is none.</summary>
    [BindNever]
    public PendingRegistration? Registration { get; init; }

    /// <summary>The proof that was given, if it is one.</summary>
    public SecretProof? Proof => MailProof.Of(Token, Email, Code);
}

/// <summary>The form at <c>/confirm-email/password</c>: a password chosen now, in place of the registration's.</summary>
public sealed class ConfirmationPasswordForm
{
    /// <summary>The link's token.</summary>
    public string? Token { get; init; }

    /// <summary>The new password.</summary>
    [Display(Name = "New password")]
    public string? Password { get; init; }
}
