namespace WebApp.Features.Sessions;

/// <summary>Which door a session was opened through. Stored in lower case.</summary>
public enum SessionKind
{
    /// <summary>A signed-in browser, held by a cookie.</summary>
    Browser,

    /// <summary>A refresh-token family, held by an API client.</summary>
    Api,
}

/// <summary>How the database writes kinds of sessions.</summary>
public static class SessionKinds
{
    /// <summary>The word in the column.</summary>
    public static string ToColumn(SessionKind kind) => kind == SessionKind.Browser ? "browser" : "api";

    /// <summary>What a word in the column means.</summary>
    public static SessionKind FromColumn(string word) => word == "browser" ? SessionKind.Browser : SessionKind.Api;
}
