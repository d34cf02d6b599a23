using WebApp.Platform.Users;

namespace WebApp.Features.Tokens;

/// <summary>The scopes of API tokens.</summary>
public static class ApiScope
{
    /// <summary><c>GET /me</c>.</summary>
    public const string ProfileRead = "profile.read";

    /// <summary><c>PATCH /me</c>.</summary>
    public const string ProfileWrite = "profile.write";

    /// <summary><c>GET /sessions</c>.</summary>
    public const string SessionsRead = "sessions.read";

    /// <summary>Ending sessions.</summary>
    public const string SessionsWrite = "sessions.write";

    /// <summary><c>GET /events</c>.</summary>
    public const string EventsRead = "events.read";

    /// <summary>Access to the sites that forward-auth protects.</summary>
    public const string SitesAccess = "sites.access";

    /// <summary><c>GET /groups</c> and the routes below it.</summary>
    public const string GroupsRead = "groups.read";

    /// <summary>Creating and changing groups, and accepting invitations.</summary>
    public const string GroupsWrite = "groups.write";

    /// <summary>
    /// Every scope that any user's token may have, in the order of the pages, with a description. A token may also have the permissions of its owner
    /// (<see cref="OwnedBy"/>).
    /// </summary>
    public static IReadOnlyList<(string Name, string Allows)> All { get; } =
    [
        (ProfileRead, Marked("See who you are")),
        (ProfileWrite, Marked("Change your name")),
        (SessionsRead, Marked("See where you are signed in")),
        (SessionsWrite, Marked("End sessions")),
        (EventsRead, Marked("Read your security events")),
        (SitesAccess, Marked("Enter protected sites as you")),
        (GroupsRead, Marked("See your groups and who is in them")),
        (GroupsWrite, Marked("Make and change groups, accept invitations")),
    ];

    /// <summary>Every scope that a token of a user with these permissions may have. A scope has no effect after the user has lost the permission.</summary>
    public static IEnumerable<(string Name, string Allows)> OwnedBy(IReadOnlyList<string> permissions) =>
        All.Concat(Permission.All.Where(permission => permissions.Contains(permission.Name)));
}
