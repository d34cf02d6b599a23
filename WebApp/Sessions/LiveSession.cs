namespace WebApp.Sessions;

/// <summary>A browser session as it is kept in memory between requests.</summary>
public sealed class LiveSession(SessionTicket ticket, DateTimeOffset lastSeenAt)
{
    private long lastSeenTicks = lastSeenAt.UtcTicks;

    /// <summary>What it vouches for.</summary>
    public SessionTicket Ticket => ticket;

    /// <summary>Last use known to this node (UTC).</summary>
    public DateTimeOffset LastSeenAt => new(Volatile.Read(ref lastSeenTicks), TimeSpan.Zero);

    /// <summary>Notes a use.</summary>
    public void Touch(DateTimeOffset now) => Volatile.Write(ref lastSeenTicks, now.UtcTicks);
}
