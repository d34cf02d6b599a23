namespace WebApp.Tokens;

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

    /// <summary>Asking what tokens are worth; the owner must have the permission of the same name.</summary>
    public const string TokensIntrospect = "tokens.introspect";

    /// <summary>Entering the sites that forward-auth protects.</summary>
    public const string SitesAccess = "sites.access";

    /// <summary>Every scope, in the order pages list them, with what it allows in words.</summary>
    public static IReadOnlyList<(string Name, string Allows)> All { get; } =
    [
        (ProfileRead, "See who you are"),
        (ProfileWrite, "Change your name"),
        (SessionsRead, "See where you are signed in"),
        (SessionsWrite, "End sessions"),
        (EventsRead, "Read your security events"),
        (TokensIntrospect, "Ask whether tokens are good, where you may"),
        (SitesAccess, "Enter protected sites as you"),
    ];
}
