namespace WebApp.Features.Accounts.Administration;

/// <summary>An account in a list.</summary>
/// <param name="Id">The account.</param>
/// <param name="Email">Its address.</param>
/// <param name="DisplayName">What its owner is called; null where not given.</param>
/// <param name="EmailConfirmed">Whether the address was confirmed.</param>
/// <param name="Locked">Whether an administrator locked it.</param>
/// <param name="DeletionRequestedAt">When its owner asked for deletion (UTC).</param>
/// <param name="MfaEnabled">Whether signing in asks for a second factor.</param>
/// <param name="HasPassword">Whether there is a password; imported and provisioned accounts may have none.</param>
/// <param name="HasPasskeys">Whether there is a passkey.</param>
/// <param name="Roles">Role names, sorted.</param>
/// <param name="CreatedAt">When it was made (UTC).</param>
/// <param name="LastSeenAt">Last use of a session that is still kept (UTC).</param>
public sealed record UserSummary(
    Guid Id,
    string Email,
    string? DisplayName,
    bool EmailConfirmed,
    bool Locked,
    DateTimeOffset? DeletionRequestedAt,
    bool MfaEnabled,
    bool HasPassword,
    bool HasPasskeys,
    IReadOnlyList<string> Roles,
    DateTimeOffset CreatedAt,
    DateTimeOffset? LastSeenAt)
{
    /// <summary>The display name, or the address where none was given.</summary>
    public string Name => string.IsNullOrWhiteSpace(DisplayName) ? Email : DisplayName;
}
