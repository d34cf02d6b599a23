using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.ModelBinding.Validation;

namespace WebApp.Features.SignIn;

/// <summary>The form at <c>/login/mfa</c> and <c>/reauthenticate</c>.</summary>
public sealed class FactorForm
{
    /// <summary>Which second factor answers.</summary>
    public string? Method { get; init; }

    /// <summary><see cref="FactorChoice.StrongWord"/> where a mailed code is not offered; at step-up only.</summary>
    public string? Factor { get; init; }

    /// <summary>What it says.</summary>
    public string? Code { get; init; }

    /// <summary>Whether this browser may skip the second factor for a while; at sign-in only.</summary>
    [Display(Name = "Trust this device for 30 days")]
    public bool TrustDevice { get; init; }

    /// <summary>The password, where the account has no second factor; at step-up only.</summary>
    public string? Password { get; init; }

    /// <summary>Where to go afterwards; anything but a path on this site is ignored.</summary>
    public string? ReturnUrl { get; init; }

    /// <summary>What the page offers.</summary>
    [BindNever]
    [ValidateNever]
    public FactorChoice? Choice { get; set; }
}
