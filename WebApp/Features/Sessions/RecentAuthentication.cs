namespace WebApp.Features.Sessions;

/// <summary>How recently someone must have shown who they are, before a sensitive operation (ASVS 7.5.1, RFC 9470).</summary>
public static class RecentAuthentication
{
    /// <summary>How old an authentication may be for a sensitive operation.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(10);

    // Clocks of nodes differ; beyond this the clock was set back. It is short, for it adds to the age that is allowed.
    private static readonly TimeSpan Ahead = TimeSpan.FromMinutes(1);

    /// <summary>What <c>amr</c> holds exactly while the last authentication was by mailed code: RFC 8176 has no value for it.</summary>
    public const string MailedCode = "email";

    /// <summary>Whether an authentication of that time is too old now. One from the future is: how long ago it was, nobody knows.</summary>
    public static bool IsTooOld(DateTimeOffset authenticatedAt, DateTimeOffset now) => now - authenticatedAt > MaxAge || authenticatedAt - now > Ahead;

    /// <summary>
    /// The time of authentication of a session whose user has shown nothing here just now: let in by a code, by a proxy or from this machine. Every
    /// sensitive operation asks them to authenticate.
    /// </summary>
    public static DateTimeOffset LongAgo(DateTimeOffset now) => now - (6 * MaxAge);

    /// <summary>The same where a factor was shown earlier, as on a trusted device: then, if that is long ago already.</summary>
    public static DateTimeOffset LongAgo(DateTimeOffset shownAt, DateTimeOffset now) => IsTooOld(shownAt, now) ? shownAt : LongAgo(now);
}
