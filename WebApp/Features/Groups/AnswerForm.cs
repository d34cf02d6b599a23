using System.ComponentModel.DataAnnotations;

namespace WebApp.Features.Groups;

/// <summary>An answer to an invitation: to the link's, the code's, or one of the list. Refuses to print.</summary>
public sealed class AnswerForm
{
    /// <summary>The link's token.</summary>
    public string? Token { get; init; }

    /// <summary>The code from the mail.</summary>
    [Display(Name = "Code from the mail")]
    public string? Code { get; init; }

    /// <summary>The one in the list.</summary>
    public Guid? Id { get; init; }

    /// <summary>What was given; null where nothing was.</summary>
    public InvitationProof? Proof => this switch
    {
        { Token.Length: > 0 } => new InvitationProof.ByToken(Token),
        { Id: { } id } => new InvitationProof.ById(id),
        { Code: { } code } when !string.IsNullOrWhiteSpace(code) => new InvitationProof.ByCode(code),
        _ => null,
    };

    /// <inheritdoc/>
    public override string ToString() => "AnswerForm(…)";
}
