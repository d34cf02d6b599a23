using WebApp.Platform.Users;

namespace WebApp.Features.Tokens;

/// <summary>What an API token may be allowed.</summary>
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

    /// <summary>Entering the sites that forward-auth protects.</summary>
    public const string SitesAccess = "sites.access";

    /// <summary><c>GET /groups</c> and what is below it.</summary>
    public const string GroupsRead = "groups.read";

    /// <summary>Making and changing groups, and accepting invitations.</summary>
    public const string GroupsWrite = "groups.write";

    /// <summary>
    /// Every scope anybody's token may have, in the order pages list them, with what it allows in words. Besides, a token may have the
    /// permissions of its owner (<see cref="OwnedBy"/>).
    /// </summary>
    public static IReadOnlyList<(string Name, string Allows)> All { get; } =
    [
        (ProfileRead, "See who you are"),
        (ProfileWrite, "Change your name"),
        (SessionsRead, "See where you are signed in"),
        (SessionsWrite, "End sessions"),
        (EventsRead, "Read your security events"),
        (SitesAccess, "Enter protected sites as you"),
        (GroupsRead, "See your groups and who is in them"),
        (GroupsWrite, "Make and change groups, accept invitations"),
    ];

    /// <summary>Every scope that the token of a user with these permissions may have. It opens nothing once the user has lost the permission.</summary>
    public static IEnumerable<(string Name, string Allows)> OwnedBy(IReadOnlyList<string> permissions) =>
        All.Concat(Permission.All.Where(permission => permissions.Contains(permission.Name)));
}
