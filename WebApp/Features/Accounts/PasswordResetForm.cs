using System.ComponentModel.DataAnnotations;
using WebApp.Features.Verification;

namespace WebApp.Features.Accounts;

/// <summary>The form at <c>/reset-password</c>: the new password, and the link's token or the address and the mailed code.</summary>
public sealed class PasswordResetForm
{
    /// <summary>The link's token.</summary>
    public string? Token { get; init; }

    /// <summary>The address, where the code is typed.</summary>
    [Display(Name = "E-mail address")]
    public string? Email { get; init; }

    /// <summary>The code from the mail.</summary>
    [Display(Name = "Code from the mail")]
    public string? Code { get; init; }

    /// <summary>The new password; <see cref="PasswordReset"/> judges it.</summary>
    [Display(Name = "New password")]
    public string? Password { get; init; }

    /// <summary>The proof that was given, if it is one.</summary>
    public SecretProof? Proof => MailProof.Of(Token, Email, Code);
}
