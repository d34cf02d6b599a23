using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Mvc.ModelBinding;

namespace WebApp.Features.SecondFactors.Totp;

/// <summary>The form at <c>/account/mfa/totp</c>.</summary>
public sealed class TotpForm
{
    /// <summary>The code that the app shows.</summary>
    [Display(Name = "Code from the app")]
    public string? Code { get; init; }

    /// <summary>What the page offers.</summary>
    [BindNever]
    public TotpOffer? Offer { get; init; }

    /// <summary>Since when an app is on (UTC); null where none is.</summary>
    [BindNever]
    public DateTimeOffset? Since { get; init; }
}
