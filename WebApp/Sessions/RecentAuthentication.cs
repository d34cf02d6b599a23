namespace WebApp.Sessions;

/// <summary>How recently someone must have shown who they are, before a sensitive operation (ASVS 7.5.1, RFC 9470).</summary>
public static class RecentAuthentication
{
    /// <summary>How old an authentication may be for a sensitive operation.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(10);

    /// <summary>Whether an authentication of that time is too old now.</summary>
    public static bool IsTooOld(DateTimeOffset authenticatedAt, DateTimeOffset now) => now - authenticatedAt > MaxAge;
}
