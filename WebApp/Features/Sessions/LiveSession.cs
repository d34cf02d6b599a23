using System.Net;
using WebApp.Platform.Data;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Workers;

namespace WebApp.Features.Sessions;

/// <summary>A browser session as cached in memory between requests.</summary>
/// <param name="ticket">The ticket.</param>
/// <param name="lastSeenAt">The last use that was written to the database (UTC).</param>
/// <param name="signInAgent">The User-Agent of the sign-in.</param>
/// <param name="ip">The IP address of the last use.</param>
public sealed class LiveSession(SessionTicket ticket, DateTimeOffset lastSeenAt, string? signInAgent, IPAddress? ip)
{
    private long lastSeenTicks = lastSeenAt.UtcTicks;
    private volatile ClientInfo lastClient = new(ip, signInAgent);

    /// <summary>The ticket.</summary>
    public SessionTicket Ticket => ticket;

    /// <summary>The User-Agent of the sign-in.</summary>
    public string? SignInAgent => signInAgent;

    /// <summary>The last use known to this node (UTC).</summary>
    public DateTimeOffset LastSeenAt => new(Volatile.Read(ref lastSeenTicks), TimeSpan.Zero);

    /// <summary>The client of the last use known to this node.</summary>
    public ClientInfo LastClient => lastClient;

    /// <summary>Whether the last use was by exactly the same client.</summary>
    public bool WasLastUsedBy(ClientInfo client) => lastClient is var last && last.UserAgent == client.UserAgent && Equals(last.Ip, client.Ip);

    /// <summary>Records a use.</summary>
    public void Touch(DateTimeOffset now, ClientInfo client)
    {
        Volatile.Write(ref lastSeenTicks, now.UtcTicks);
        lastClient = client;
    }
}

/// <summary>When and from where sessions were last used.</summary>
public sealed class LastSeen(DirectDatabase database, TimeProvider clock, ILogger<LastSeen> logger) : UseBatch(database, clock, logger, Sql)
{
    // It never waits for a row, so it cannot be part of a deadlock. A session whose row is locked is being renewed or ended; otherwise the next batch
    // includes it.
    private const string Sql = """
        WITH free AS (SELECT id FROM sessions WHERE id = ANY ($1) FOR NO KEY UPDATE SKIP LOCKED)
        UPDATE sessions s SET last_seen_at = seen.at, ip = coalesce(seen.ip, s.ip)
        FROM unnest($1::uuid[], $2::timestamptz[], $3::inet[]) AS seen (id, at, ip) JOIN free USING (id)
        WHERE s.id = seen.id AND (s.last_seen_at < seen.at OR s.last_seen_at > seen.at + interval '5 minutes') -- The clock was set back.
        """;
}
