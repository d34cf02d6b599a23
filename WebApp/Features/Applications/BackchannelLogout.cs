using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using WebApp.Platform.Changes;
using WebApp.Platform.Data;
using WebApp.Platform.Mail;
using WebApp.Platform.Mail.Transports;
using WebApp.Platform.Mail.Webhooks;
using WebApp.Platform.Startup;
using WebApp.Platform.Workers;

namespace WebApp.Features.Applications;

/// <summary>
/// Tells applications that a session has ended (OpenID Connect Back-Channel Logout 1.0). It looks at the sessions themselves, so no way to end one can forget it;
/// the outbox sends and retries.
/// </summary>
public sealed class BackchannelLogout(IDbContextFactory<AppDbContext> contexts, Outbox outbox, ChangeFeed feed, TimeProvider clock, ILogger<BackchannelLogout> log) : BackgroundService
{
    private const int Batch = 100;
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(30);

    // Uses of a session are written in batches, so one that looks idle for a moment may be in use.
    private const string Ended = """
        SELECT a.* FROM application_sessions a LEFT JOIN sessions s ON s.id = a.session_id LEFT JOIN users u ON u.id = s.user_id
        WHERE a.notified_at IS NULL AND (s.id IS NULL OR s.revoked_at IS NOT NULL OR s.token_version < u.token_version
            OR least(s.expires_at, coalesce(s.refresh_rotated_at, s.last_seen_at) + s.idle_limit) < {0} - interval '5 minutes')
        """;

    private readonly ConcurrentQueue<Guid> ended = new();
    private readonly WakeSignal signal = new(clock);

    /// <inheritdoc/>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        feed.On(Topics.SessionEnded, payload =>
        {
            ended.Enqueue(Guid.Parse(payload));
            signal.Wake();
        });
        return base.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var lookedAt = DateTimeOffset.MinValue;
        await signal.WaitAsync(WakeSignal.FirstLook, stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                HashSet<Guid> ids = [];
                while (ended.TryDequeue(out var id))
                {
                    ids.Add(id);
                }

                if (ids.Count > 0)
                {
                    await QueueAsync([.. ids], stoppingToken);
                }

                if (clock.GetUtcNow() is var now && (now - lookedAt >= Poll || now < lookedAt))
                {
                    await QueueAsync(null, stoppingToken);
                    lookedAt = now;
                }
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                log.LogoutPutOff(failure.Message); // The next look finds what is left.
            }

            await signal.WaitAsync(Poll, stoppingToken);
        }
    }

    // Rows that another node works on are skipped.
    private async Task QueueAsync(Guid[]? sessions, CancellationToken cancel)
    {
        int count;
        do
        {
            var now = clock.GetUtcNow();
            await using var db = await contexts.CreateDbContextAsync(cancel);
            await using var transaction = await db.BeginAsync(cancel);
            var rows = await (sessions is null
                    ? db.ApplicationSessions.FromSqlRaw($"{Ended} LIMIT {Batch} FOR UPDATE OF a SKIP LOCKED", now)
                    : db.ApplicationSessions.FromSqlRaw($"{Ended} AND a.session_id = ANY ({{1}}) LIMIT {Batch} FOR UPDATE OF a SKIP LOCKED", now, sessions))
                .ToListAsync(cancel);
            var ids = rows.Select(row => row.ApplicationId).Distinct().ToList();
            var addresses = await db.Applications.Where(a => ids.Contains(a.Id) && a.BackchannelLogoutUri != null).ToDictionaryAsync(a => a.Id, a => a.ClientId!, cancel);
            foreach (var row in rows)
            {
                row.NotifiedAt = now;
                if (addresses.TryGetValue(row.ApplicationId, out var client))
                {
                    outbox.AddLogout(db, JsonSerializer.SerializeToUtf8Bytes(new LogoutNotice(client, row.UserId, row.SessionId)));
                }
            }

            await db.SaveChangesAsync(cancel);
            await transaction.CommitAsync(cancel);
            count = rows.Count;
        }
        while (count == Batch);
    }
}

/// <summary>A logout token to send.</summary>
/// <param name="ClientId">The application.</param>
/// <param name="UserId">The user.</param>
/// <param name="SessionId">The session that ended.</param>
public sealed record LogoutNotice(string ClientId, Guid UserId, Guid SessionId);

/// <summary>Signs a logout token when it is sent, because it is valid for two minutes only, and posts it to the application.</summary>
public sealed class LogoutCarrier(IDbContextFactory<AppDbContext> contexts, OutboxCipher cipher, ApplicationKeys keys, IOptions<AppOptions> app, TimeProvider clock) : IOutboxCarrier, IDisposable
{
    private const string Event = "http://schemas.openid.net/event/backchannel-logout";
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(2);

    private readonly OutgoingPosts posts = new("application");

    /// <inheritdoc/>
    public OutboxChannel Channel => OutboxChannel.Logout;

    /// <inheritdoc/>
    public bool KeepsBody => false;

    /// <inheritdoc/>
    public async Task<DeliveryResult> SendAsync(OutboxMessage message, byte[] body, CancellationToken cancel)
    {
        if (cipher.OpenWebhook(body) is not { } json || JsonSerializer.Deserialize<LogoutNotice>(json) is not { } notice)
        {
            return new DeliveryResult.Deferred("The body cannot be decrypted.");
        }

        await using var db = await contexts.CreateDbContextAsync(cancel);
        if (await db.Applications.AsNoTracking().SingleOrDefaultAsync(a => a.ClientId == notice.ClientId, cancel) is not { BackchannelLogoutUri: { } address } application)
        {
            return new DeliveryResult.Refused("The application no longer has an address for logout tokens.");
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, address)
        {
            Content = new FormUrlEncodedContent([KeyValuePair.Create("logout_token", Sign(message.Id, notice, await keys.SigningAsync(application.IdTokenAlgorithm, cancel)))]),
        };
        return await posts.SendAsync(request, cancel);
    }

    /// <inheritdoc/>
    public void Dispose() => posts.Dispose();

    // By the algorithm of the application's identity tokens (OpenID Connect Back-Channel Logout 1.0, 2.6).
    private string Sign(Guid id, LogoutNotice notice, SigningCredentials credentials)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = app.Value.BaseUrl.AbsoluteUri,
            Audience = notice.ClientId,
            IssuedAt = now,
            Expires = now + Lifetime,
            TokenType = "logout+jwt",
            SigningCredentials = credentials,
            Claims = new Dictionary<string, object>
            {
                ["jti"] = id.ToString(),
                ["sub"] = notice.UserId.ToString(),
                ["sid"] = notice.SessionId.ToString(),
                ["events"] = new Dictionary<string, object> { [Event] = new Dictionary<string, object>() },
            },
        });
    }
}
