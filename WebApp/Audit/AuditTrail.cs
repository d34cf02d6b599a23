using WebApp.Data;
using WebApp.Hosting;

namespace WebApp.Audit;

/// <summary>Writes security events in the unit of work of what they report, so that neither exists without the other.</summary>
public sealed class AuditTrail(TimeProvider clock)
{
    /// <summary>Adds an event; the caller saves. <paramref name="detail"/> must hold no secret.</summary>
    public void Add(AppDbContext db, string kind, ClientInfo client, Guid? userId = null, Guid? sessionId = null, string? detail = null)
    {
        Metrics.SecurityEvent(kind, client.Door);
        if (kind is SecurityEventKind.SignedIn or SecurityEventKind.SignInFailed)
        {
            Metrics.SignIn(kind == SecurityEventKind.SignedIn, client.Door);
        }

        db.SecurityEvents.Add(new()
        {
            At = clock.GetUtcNow(),
            Kind = kind,
            UserId = userId,
            SessionId = sessionId,
            Ip = client.Ip,
            UserAgent = client.UserAgent,
            Detail = detail,
        });
    }
}
