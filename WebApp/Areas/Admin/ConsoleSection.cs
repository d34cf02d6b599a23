using WebApp.Platform.Users;

namespace WebApp.Areas.Admin;

/// <summary>A section of the console, as its navigation shows it.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Title">What it is called.</param>
/// <param name="Icon">Its drawing, see <see cref="Platform.Pages.IconTagHelper"/>.</param>
/// <param name="Permission">What its pages ask for with <c>[RequirePermission]</c>.</param>
public sealed record ConsoleSection(string Path, string Title, string Icon, string Permission)
{
    /// <summary>The address of the first section, and the prefix of all of them.</summary>
    public const string Root = "/admin";

    /// <summary>Every section, in reading order.</summary>
    public static IReadOnlyList<ConsoleSection> All { get; } =
    [
        new(Root, "Dashboard", "chart", Platform.Users.Permission.AuditRead),
        new("/admin/users", "Users", "person", Platform.Users.Permission.UsersRead),
        new("/admin/roles", "Roles", "badge", Platform.Users.Permission.RolesWrite),
        new("/admin/groups", "Groups", "people", Platform.Users.Permission.GroupsManage),
        new("/admin/audit", "Audit", "clock", Platform.Users.Permission.AuditRead),
        new("/admin/outbox", "Outbox", "mail", Platform.Users.Permission.MailRead),
        new("/admin/keys", "Keys", "key", Platform.Users.Permission.KeysWrite),
        new("/admin/policy", "Policy", "shield", Platform.Users.Permission.AuditRead),
        new("/admin/doctor", "Doctor", "lifebuoy", Platform.Users.Permission.AuditRead),
    ];

    /// <summary>Those that somebody may open; none where the console is not for them.</summary>
    public static IReadOnlyList<ConsoleSection> OpenTo(UserSnapshot? user) =>
        user is null or { Closed: true } ? [] : [.. All.Where(section => user.Permissions.Contains(section.Permission))];
}
