using System.Diagnostics.CodeAnalysis;

namespace WebApp.Platform.Users;

/// <summary>The permissions of roles: their claims of type <see cref="ClaimType"/>. The role <c>admin</c> has all of them in code, without rows.</summary>
[SuppressMessage("Naming", "CA1711", Justification = "The contract's own word; .NET's code access permissions are gone.")]
public static class Permission
{
    /// <summary>The type of the role claims that store permissions.</summary>
    public const string ClaimType = "permission";

    /// <summary>Look users up.</summary>
    public const string UsersRead = "users.read";

    /// <summary>Change, lock and unlock users, reset their factors, end their sessions.</summary>
    public const string UsersWrite = "users.write";

    /// <summary>Look at an account as its owner sees it. Only for administrators: no other role can have it.</summary>
    public const string UsersImpersonate = "users.impersonate";

    /// <summary>Create and change roles, and assign them.</summary>
    public const string RolesWrite = "roles.write";

    /// <summary>See every group and delete any.</summary>
    public const string GroupsManage = "groups.manage";

    /// <summary>Read the security events of all users, and the figures computed from them.</summary>
    public const string AuditRead = "audit.read";

    /// <summary>Rotate signing keys.</summary>
    public const string KeysWrite = "keys.write";

    /// <summary>Create and change the applications that people sign in to with their accounts.</summary>
    public const string ClientsWrite = "clients.write";

    /// <summary>See waiting and failed mails, and retry them.</summary>
    public const string MailRead = "mail.read";

    /// <summary>Change the settings of the installation, such as who may register.</summary>
    public const string SettingsWrite = "settings.write";

    /// <summary>Introspect tokens (RFC 7662).</summary>
    public const string TokensIntrospect = "tokens.introspect";

    /// <summary>All permissions with their descriptions, in the order of the pages. A new permission must be added here; <c>admin</c> then has it.</summary>
    public static IReadOnlyList<(string Name, string Allows)> All { get; } =
    [
        (UsersRead, Marked("Look up people and their accounts")),
        (UsersWrite, Marked("Change, lock and unlock accounts, end sessions")),
        (UsersImpersonate, Marked("Look at an account as its owner sees it")),
        (RolesWrite, Marked("Manage roles")),
        (GroupsManage, Marked("See every group and delete any")),
        (AuditRead, Marked("Read all users' security events")),
        (KeysWrite, Marked("Rotate signing keys")),
        (ClientsWrite, Marked("Set up applications that people sign in to")),
        (MailRead, Marked("See outgoing mail")),
        (SettingsWrite, Marked("Change who may register")),
        (TokensIntrospect, Marked("Introspect tokens")),
    ];

    /// <summary>The permissions that a role can be given: all except those only for administrators.</summary>
    public static IReadOnlyList<(string Name, string Allows)> Grantable { get; } = [.. All.Where(permission => permission.Name != UsersImpersonate)];

    /// <summary>The names of all permissions, sorted.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(permission => permission.Name).Order(StringComparer.Ordinal)];
}
