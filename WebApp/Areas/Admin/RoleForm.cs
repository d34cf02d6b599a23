using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.ModelBinding.Validation;
using WebApp.Features.Roles;

namespace WebApp.Areas.Admin;

/// <summary>The form of a role.</summary>
public sealed class RoleForm
{
    /// <summary>What it is called.</summary>
    public string? Name { get; set; }

    /// <summary>What it allows.</summary>
    public string[]? Permissions { get; set; }

    /// <summary>The role as it is; null for a new one.</summary>
    [BindNever, ValidateNever]
    public RoleView? Role { get; set; }
}
