using System.ComponentModel.DataAnnotations;

namespace WebApp.Features.Groups;

/// <summary>The form that names a group.</summary>
public sealed class GroupForm
{
    /// <summary>What it is called.</summary>
    [Display(Name = "Name of the group")]
    public string? Name { get; init; }
}
