using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.ModelBinding.Validation;
using WebApp.Features.Accounts.Administration;

namespace WebApp.Areas.Admin;

/// <summary>The form that begins an impersonation.</summary>
public sealed class ImpersonationForm
{
    /// <summary>Why; its owner reads it.</summary>
    public string? Reason { get; set; }

    /// <summary>Whose account; null until the page has looked it up.</summary>
    [BindNever, ValidateNever]
    public UserSummary? User { get; set; }
}
