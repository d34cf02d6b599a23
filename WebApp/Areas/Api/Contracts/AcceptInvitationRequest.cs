namespace WebApp.Areas.Api.Contracts;

/// <summary>Body of <c>POST /invitations/accept</c>: the mailed link's <c>token</c>, or the <c>code</c>. Refuses to print.</summary>
public sealed record AcceptInvitationRequest(string? Token, string? Code)
{
    /// <inheritdoc/>
    public override string ToString() => "AcceptInvitationRequest(…)";
}
