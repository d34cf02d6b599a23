using System.ComponentModel.DataAnnotations;

namespace WebApp.Features.Groups;

/// <summary>The form that invites somebody.</summary>
public sealed class InvitationForm
{
    /// <summary>Whom.</summary>
    [Display(Name = "E-mail address")]
    public string? Email { get; init; }

    /// <summary>What they will be.</summary>
    public string? Role { get; init; }
}
