namespace WebApp.Sessions;

/// <summary>Which door a session was opened through. Stored in lower case.</summary>
public enum SessionKind
{
    /// <summary>A signed-in browser, held by a cookie.</summary>
    Browser,

    /// <summary>A refresh-token family, held by an API client.</summary>
    Api,
}
