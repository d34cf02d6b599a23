using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WebApp.Platform.Changes;
using WebApp.Platform.Data;
using WebApp.Platform.Data.Encryption;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Users;

namespace WebApp.Features.Sessions;

/// <summary>Creates, finds and ends the sessions of browsers.</summary>
public sealed class BrowserSessions : IDisposable
{
    private const int Capacity = 50_000;

    private readonly IDbContextFactory<AppDbContext> database;
    private readonly UserSnapshots users;
    private readonly LastSeen lastSeen;
    private readonly SessionBinding binding;
    private readonly IOptions<SessionOptions> options;
    private readonly TimeProvider clock;
    private readonly ILogger<BrowserSessions> logger;
    private readonly IDataProtector protector;
    private readonly FreshCache<Guid, LiveSession> cache;

    /// <summary>Subscribes to changes that end or modify sessions.</summary>
    public BrowserSessions(
        IDbContextFactory<AppDbContext> database,
        ChangeFeed feed,
        UserSnapshots users,
        LastSeen lastSeen,
        SessionBinding binding,
        IDataProtectionProvider protection,
        IOptions<SessionOptions> options,
        TimeProvider clock,
        ILogger<BrowserSessions> logger)
    {
        (this.database, this.users, this.lastSeen, this.binding, this.options, this.clock, this.logger) = (database, users, lastSeen, binding, options, clock, logger);
        protector = protection.CreateProtector(SessionTicket.Purpose);
        cache = new(feed, Capacity, TimeSpan.FromMinutes(5));
        feed.On(Topics.SessionEnded, payload => cache.Remove(Guid.Parse(payload)));
        feed.On(Topics.SessionChanged, payload => cache.Remove(Guid.Parse(payload)));
    }

    /// <summary>
    /// Adds a new session to the caller's unit of work and returns the key for its cookie. The authentication time is now, unless
    /// <paramref name="authenticatedAt"/> is given.
    /// </summary>
    public (Session Session, RowKey Key) Add(
        AppDbContext db, User user, string[] amr, bool remember, ClientInfo client, DateTimeOffset? authenticatedAt = null)
    {
        var now = clock.GetUtcNow();
        var session = new Session
        {
            UserId = user.Id,
            Kind = SessionKind.Browser,
            IdleLimit = options.Value.Idle(remember),
            UserAgent = client.UserAgent,
            Ip = client.Ip,
            Amr = amr,
            CreatedAt = now,
            AuthenticatedAt = authenticatedAt ?? now,
            LastSeenAt = now,
            ExpiresAt = now + options.Value.Absolute(remember),
            TokenVersion = user.TokenVersion,
        };
        db.Sessions.Add(session);
        return (session, Rekey(session));
    }

    /// <summary>
    /// Records in a tracked session that its user has just authenticated again, and gives it a new key. The caller saves it and sends the key to the
    /// browser.
    /// </summary>
    public RowKey Renew(Session session, string[] amr)
    {
        session.AuthenticatedAt = clock.GetUtcNow();
        session.Amr = amr;
        return Rekey(session);
    }

    /// <summary>The session that a cookie belongs to, and its user; null if there is none (any more). Counts as a use.</summary>
    public ValueTask<(LiveSession Session, UserSnapshot User)?> FindAsync(RowKey key, ClientInfo client, CancellationToken cancel) =>
        FindAsync(key.Id, key, client, cancel);

    /// <summary>The same for a session that was identified by other means. Counts as a use.</summary>
    public ValueTask<(LiveSession Session, UserSnapshot User)?> FindVouchedAsync(Guid sessionId, ClientInfo client, CancellationToken cancel) =>
        FindAsync(sessionId, key: null, client, cancel);

    private async ValueTask<(LiveSession Session, UserSnapshot User)?> FindAsync(Guid id, RowKey? key, ClientInfo client, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var session = await cache.GetAsync(id, LoadAsync, cancel);
        if (session is not null && IsIdle(session, now))
        {
            // Another node may have seen a use since.
            session = await LoadAsync(id, cancel);
        }

        if (session is null || session.Ticket.ExpiresAt <= now || IsIdle(session, now) || key?.Matches(session.Ticket.KeyHash) is false)
        {
            return null;
        }

        var user = await users.FindAsync(session.Ticket.UserId, cancel);
        if (user is null || user.Closed || user.TokenVersion > session.Ticket.TokenVersion)
        {
            return null;
        }

        if (!await binding.AdmitsAsync(session, client, cancel))
        {
            return null;
        }

        session.Touch(now, client);
        lastSeen.Note(session.Ticket.SessionId, now, client.Ip);
        return (session, user);
    }

    /// <inheritdoc/>
    public void Dispose() => cache.Dispose();

    /// <summary>Gives a tracked session a new key; the old one is no longer valid. The caller saves it and sends the key to the browser.</summary>
    public RowKey Rekey(Session session)
    {
        var key = RowKey.New(session.Id);
        session.KeyHash = key.Hash();
        session.Ticket = new SessionTicket(
            session.Id, session.UserId, session.KeyHash, session.Amr, session.AuthenticatedAt, session.ExpiresAt, session.IdleLimit, session.TokenVersion).Seal(protector);
        return key;
    }

    private static bool IsIdle(LiveSession session, DateTimeOffset now) => session.LastSeenAt + session.Ticket.IdleLimit <= now;

    private async Task<LiveSession?> LoadAsync(Guid id, CancellationToken cancel)
    {
        await using var db = await database.CreateDbContextAsync(cancel);
        var row = await db.Sessions.AsNoTracking()
            .Where(s => s.Id == id && s.Kind == SessionKind.Browser && s.RevokedAt == null)
            .Select(s => new { s.Ticket, s.LastSeenAt, s.UserAgent, s.Ip })
            .SingleOrDefaultAsync(cancel);
        if (row?.Ticket is null)
        {
            return null;
        }

        try
        {
            var ticket = SessionTicket.Open(row.Ticket, protector);
            return ticket.SessionId == id ? new(ticket, row.LastSeenAt, row.UserAgent, row.Ip) : null;
        }
        catch (CryptographicException)
        {
            Log.TicketRefused(logger, id);
            return null;
        }
    }
}
