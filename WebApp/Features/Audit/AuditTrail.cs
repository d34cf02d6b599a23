using System.Security.Cryptography;
using WebApp.Features.Audit.Chain;
using WebApp.Platform.Data;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Telemetry;
using WebApp.Platform.Text;

namespace WebApp.Features.Audit;

/// <summary>
/// Writes security events in the unit of work of the action they report, so that neither exists without the other. Each is signed when it is written.
/// <see cref="AuditSealing"/> adds it to the chain after the commit, so that sign-ins do not wait for each other.
/// </summary>
/// <remarks>
/// New sessions, step-ups and API tokens are events. A refresh is not: it repeats the event of its session, a thousand times as often; only the replay of a
/// refresh token is recorded. A refused Bearer token is not an event either: any client can send one.
/// </remarks>
public sealed class AuditTrail(AuditMacs macs, AuditSignal signal, LifecycleWebhooks webhooks, TimeProvider clock)
{
    private const int SaltSize = 16;
    private const int MaxTextLength = 400;

    /// <summary>
    /// Adds an event; the caller saves. <paramref name="detail"/> must not contain a secret. If the client names an actor who is not the user, the event
    /// contains both.
    /// </summary>
    public void Add(AppDbContext db, string kind, ClientInfo client, Guid? userId = null, Guid? sessionId = null, string? detail = null)
    {
        var now = clock.GetUtcNow();
        var id = EventId.New(now);
        var at = StoredTime.Microseconds(now);
        var salt = RandomNumberGenerator.GetBytes(SaltSize);
        var personal = new PersonalFields(
            userId, sessionId, client.Ip, OneLine.Clean(client.UserAgent, MaxTextLength), OneLine.Clean(detail, MaxTextLength),
            client.ActorId == userId ? null : client.ActorId);
        var digest = personal.Digest(salt);
        db.SecurityEvents.Add(new()
        {
            Id = id,
            At = StoredTime.FromMicroseconds(at),
            Kind = kind,
            UserId = personal.UserId,
            SessionId = personal.SessionId,
            ActorId = personal.ActorId,
            Ip = personal.Ip,
            UserAgent = personal.UserAgent,
            Detail = personal.Detail,
            Salt = salt,
            PersonalDigest = digest,
            Mac = macs.Row(id, at, kind, digest),
        });
        webhooks.Add(db, kind, personal.UserId, personal.SessionId, personal.ActorId);
        signal.Wake();
        Metrics.SecurityEvent(kind, client.RequestKind);
        if (kind is SecurityEventKind.SignedIn or SecurityEventKind.SignInFailed)
        {
            Metrics.SignIn(kind == SecurityEventKind.SignedIn, client.RequestKind);
        }
    }
}
