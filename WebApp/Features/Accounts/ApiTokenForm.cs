using System.ComponentModel.DataAnnotations;
using WebApp.Features.Tokens;

namespace WebApp.Features.Accounts;

/// <summary>The form for a new API token.</summary>
public sealed class ApiTokenForm
{
    /// <summary>What to call it.</summary>
    [Display(Name = "Name")]
    public string? Name { get; init; }

    /// <summary>What it may do.</summary>
    public string[]? Scopes { get; init; } = [ApiScope.ProfileRead];

    /// <summary>Days until it ends; empty: when it is revoked.</summary>
    [Display(Name = "Ends after")]
    public int? ExpiresInDays { get; init; } = 90;
}
