using WebApp.Platform.Data;

namespace WebApp.Platform.Users;

/// <summary>
/// The identity of the master password: no account and no row, but a fixed id, which events have. It has the permissions of an administrator, and
/// no session, address or password of its own.
/// </summary>
public static class MasterAdministrator
{
    /// <summary>The <c>sub</c> of its tokens.</summary>
    public static readonly Guid Id = new("019aa000-0000-7000-8000-0000000000ad");

    /// <summary>Its snapshot, like that of a user.</summary>
    public static UserSnapshot Snapshot { get; } = new(
        Id, "", EmailConfirmed: false, "Master password", TokenVersion: 0, TwoFactorEnabled: false, Closed: false, [Role.AdminName], Permission.Names, [], Language: null, TimeZone: null);
}
