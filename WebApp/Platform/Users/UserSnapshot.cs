namespace WebApp.Platform.Users;

/// <summary>What requests need to know of a user, as of the last change received.</summary>
/// <param name="Id">The user.</param>
/// <param name="Email">The address.</param>
/// <param name="EmailConfirmed">Whether it was confirmed.</param>
/// <param name="DisplayName">What to call them; null when not given.</param>
/// <param name="TokenVersion">The seed: tokens and sessions of a lower version are dead.</param>
/// <param name="TwoFactorEnabled">Whether a second factor is asked for.</param>
/// <param name="Closed">Whether the account is disabled or awaits deletion.</param>
/// <param name="Roles">Role names, sorted.</param>
/// <param name="Permissions">What the roles allow, sorted, each once; for an administrator everything there is.</param>
/// <param name="Groups">The groups they are in, by name.</param>
public sealed record UserSnapshot(
    Guid Id,
    string Email,
    bool EmailConfirmed,
    string? DisplayName,
    int TokenVersion,
    bool TwoFactorEnabled,
    bool Closed,
    string[] Roles,
    IReadOnlyList<string> Permissions,
    IReadOnlyList<GroupMembership> Groups)
{
    /// <summary>The display name, or the address where none was given.</summary>
    public string Name => string.IsNullOrWhiteSpace(DisplayName) ? Email : DisplayName;
}
