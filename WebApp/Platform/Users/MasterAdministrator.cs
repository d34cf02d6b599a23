using WebApp.Platform.Data;

namespace WebApp.Platform.Users;

/// <summary>
/// Who acts under the master password: no account, no row, one fixed id that events name. It may what an administrator may, and has nothing of
/// its own: no session, no address, no password.
/// </summary>
public static class MasterAdministrator
{
    /// <summary>The <c>sub</c> of its tokens.</summary>
    public static readonly Guid Id = new("019aa000-0000-7000-8000-0000000000ad");

    /// <summary>It, in the form that users have.</summary>
    public static UserSnapshot Snapshot { get; } = new(
        Id, "", EmailConfirmed: false, "Master password", TokenVersion: 0, TwoFactorEnabled: false, Closed: false, [Role.AdminName], Permission.Names, []);
}
