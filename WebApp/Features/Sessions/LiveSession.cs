using System.Net;
using WebApp.Platform.Http.Client;

namespace WebApp.Features.Sessions;

/// <summary>A browser session as it is kept in memory between requests.</summary>
/// <param name="ticket">What it vouches for.</param>
/// <param name="lastSeenAt">Last use that was written (UTC).</param>
/// <param name="signInAgent">The User-Agent of the sign-in.</param>
/// <param name="ip">Where it was last used from.</param>
public sealed class LiveSession(SessionTicket ticket, DateTimeOffset lastSeenAt, string? signInAgent, IPAddress? ip)
{
    private long lastSeenTicks = lastSeenAt.UtcTicks;
    private volatile ClientInfo lastClient = new(ip, signInAgent);

    /// <summary>What it vouches for.</summary>
    public SessionTicket Ticket => ticket;

    /// <summary>The User-Agent of the sign-in.</summary>
    public string? SignInAgent => signInAgent;

    /// <summary>Last use known to this node (UTC).</summary>
    public DateTimeOffset LastSeenAt => new(Volatile.Read(ref lastSeenTicks), TimeSpan.Zero);

    /// <summary>Who used it last, as far as this node knows.</summary>
    public ClientInfo LastClient => lastClient;

    /// <summary>Whether the last use was by the same client, to the letter.</summary>
    public bool WasLastUsedBy(ClientInfo client) => lastClient is var last && last.UserAgent == client.UserAgent && Equals(last.Ip, client.Ip);

    /// <summary>Notes a use.</summary>
    public void Touch(DateTimeOffset now, ClientInfo client)
    {
        Volatile.Write(ref lastSeenTicks, now.UtcTicks);
        lastClient = client;
    }
}
