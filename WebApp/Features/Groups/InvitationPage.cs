namespace WebApp.Features.Groups;

/// <summary>What the mailed link shows. Refuses to print.</summary>
/// <param name="Token">The link's token.</param>
/// <param name="Invitation">The invitation; null where it is used, taken back or too old.</param>
/// <param name="OwnAddress">The address of who is signed in; null for a visitor.</param>
public sealed record InvitationPage(string? Token, ReceivedInvitation? Invitation, string? OwnAddress)
{
    /// <summary>Whether whoever is signed in is who was invited.</summary>
    public bool IsOwn => string.Equals(Invitation?.Email, OwnAddress, StringComparison.OrdinalIgnoreCase);

    /// <summary>The way back here after signing in.</summary>
    public string Path => $"/invitations?token={Uri.EscapeDataString(Token ?? "")}";

    /// <inheritdoc/>
    public override string ToString() => "InvitationPage(…)";
}
