using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WebApp.Features.Audit;
using WebApp.Features.Lockout;
using WebApp.Platform.Data;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Mail;
using WebApp.Platform.Mail.Messages;
using WebApp.Platform.Mail.Webhooks;
using WebApp.Platform.Startup;
using WebApp.Platform.Telemetry;
using WebApp.Platform.Text;
using WebApp.Platform.Time;

namespace WebApp.Features.Alerts;

/// <summary>Turns a finding into one event, one count, and its notifications: all of them, or none.</summary>
public sealed class AlertService(
    IDbContextFactory<AppDbContext> contexts,
    AuditTrail audit,
    Outbox outbox,
    OwnerAlerts owners,
    IOptions<AlertOptions> options,
    IOptions<WebhookOptions> webhook,
    WebhookEvents webhooks,
    TimeProvider clock)
{
    // These notifications cannot be switched off.
    private const AlertKinds AlwaysToAdministrators = AlertKinds.MasterPasswordUsed | AlertKinds.MasterPasswordLocked;

    /// <summary>Raises a finding in its own transaction, unless any node raised the same one within the window. Returns false if it did.</summary>
    /// <param name="finding">What was found.</param>
    /// <param name="subject">What the finding is about: one alert for each. Must not be secret.</param>
    /// <param name="window">How long further findings count as the same.</param>
    /// <param name="client">The request that caused it.</param>
    /// <param name="cancel">Cancels.</param>
    public async Task<bool> RaiseOnceAsync(Finding finding, string subject, TimeSpan window, ClientInfo client, CancellationToken cancel)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel);
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        if (!await ClaimAsync(db, KeyOf(finding.Kind, subject), window, cancel))
        {
            return false;
        }

        await AddAsync(db, finding, client, cancel);
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return true;
    }

    /// <summary>Adds a finding to the caller's unit of work. The caller ensures that it is raised once.</summary>
    public async Task AddAsync(AppDbContext db, Finding finding, ClientInfo client, CancellationToken cancel)
    {
        var (kind, now) = (finding.Kind.Name, clock.GetUtcNow());
        Metrics.Alert(kind);
        audit.Add(db, kind, client, finding.UserId ?? finding.ActorId, finding.SessionId, finding.Detail);
        var alert = new Alert
        {
            Kind = kind,
            At = now,
            UserId = finding.UserId,
            SessionId = finding.SessionId,
            IpPrefix = finding.HasAddress ? IpPrefix.Containing(client.Ip).ToString() : null,
            Count = finding.Count,
            ForAdministrators = (options.Value.ToAdministrators | AlwaysToAdministrators).HasFlag(finding.Kind),
        };
        db.Alerts.Add(alert);
        if (webhook.Value.IsConfigured && options.Value.ToWebhook.HasFlag(finding.Kind))
        {
            outbox.AddWebhook(db, AlertWebhook.Serialize(alert), kind);
        }

        webhooks.Add(db, WebhookEventType.AlertPrefix + kind, new() { UserId = alert.UserId, SessionId = alert.SessionId, IpPrefix = alert.IpPrefix, Count = alert.Count, Reason = kind });
        if (finding.UserId is { } owner && options.Value.ToUser.HasFlag(finding.Kind))
        {
            await owners.AddMailAsync(db, owner, finding, client, cancel);
        }
    }

    /// <summary>Claims a key for a time, in the database: of any number of nodes and requests, one gets it.</summary>
    internal async Task<bool> ClaimAsync(AppDbContext db, string key, TimeSpan window, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var (ends, latest) = (now + window, now + window + ClockJump.Tolerance);
        return await db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO attempts AS a (key, count, window_ends_at) VALUES ({key}, 1, {ends})
            ON CONFLICT (key) DO UPDATE SET window_ends_at = excluded.window_ends_at WHERE a.window_ends_at <= {now} OR a.window_ends_at > {latest}
            """,
            cancel) == 1;
    }

    /// <summary>The key under which alerts of a kind about a subject are counted: a hash, because it may outlive the account it names.</summary>
    internal static string KeyOf(AlertKinds kind, string subject) => $"alert|{kind.Name}|{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(subject)))}";
}

/// <summary>The webhook's content for an alert: ids and numbers, no name, no e-mail address and no secret.</summary>
internal sealed record AlertWebhook(Guid Id, string Kind, DateTimeOffset At, Guid? UserId, Guid? SessionId, string? IpPrefix, int? Count)
{
    private static readonly JsonSerializerOptions SnakeCase = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>The request's body.</summary>
    public static byte[] Serialize(Alert alert) => JsonSerializer.SerializeToUtf8Bytes(
        new AlertWebhook(alert.Id, alert.Kind, alert.At.ToUniversalTime(), alert.UserId, alert.SessionId, alert.IpPrefix, alert.Count), SnakeCase);
}

/// <summary>Mails an alert to the owner of an account, always with the link to recover the account.</summary>
public sealed class OwnerAlerts(CredentialNotices notices, Outbox outbox, IOptions<AppOptions> app, TimeProvider clock)
{
    /// <summary>Adds the mail to the caller's unit of work, if there is one for the finding and the address is confirmed.</summary>
    public async Task AddMailAsync(AppDbContext db, Guid userId, Finding finding, ClientInfo client, CancellationToken cancel)
    {
        // The code that ends the session sends the mail about a replay.
        if (finding.Kind is AlertKinds.RefreshTokenReused
            || await db.Users.Where(u => u.Id == userId && u.EmailConfirmed).Select(u => new { u.Email, u.Language }).SingleOrDefaultAsync(cancel) is not { Email: { } email } user)
        {
            return;
        }

        var token = await notices.NewLinkAsync(db, userId, email, cancel);
        using var language = Language.UseForOther(user.Language);
        var occasion = new Occasion(clock.GetUtcNow(), client.Ip, client.ShownDevice);
        var (content, kind) = finding.Kind switch
        {
            AlertKinds.NewDevice => (NewDeviceMail.Compose(app.Value, occasion, token), NewDeviceMail.Kind),
            AlertKinds.ManyAddresses => (PasswordGuessedAtMail.Compose(app.Value, finding.Count ?? 0, clock.GetUtcNow(), token), PasswordGuessedAtMail.Kind),
            _ => (SessionMovedMail.Compose(app.Value, occasion, token), SessionMovedMail.Kind),
        };
        outbox.Add(db, email, content, kind);
    }
}
