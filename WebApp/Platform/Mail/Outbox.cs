using WebApp.Platform.Data;
using WebApp.Platform.Telemetry;

namespace WebApp.Platform.Mail;

/// <summary>Where every feature puts its mail and its webhooks.</summary>
public sealed class Outbox(OutboxCipher cipher, TimeProvider time)
{
    /// <summary>
    /// Adds a mail to the caller's context, so that it is committed with what it tells, or not at all.
    /// Throws <see cref="ArgumentException"/> where <paramref name="to"/> is no <see cref="Recipient"/>.
    /// </summary>
    /// <param name="db">The caller's context; nothing is saved here.</param>
    /// <param name="to">One bare address.</param>
    /// <param name="content">What the mail says.</param>
    /// <param name="kind">Which template it came from. <see cref="MailKind"/> says how urgent that is, and when it is too late to send it.</param>
    /// <param name="deliver">
    /// False for a decoy: an unknown address costs the caller the same encryption and the same row as a known one, but the row is born
    /// finished and empty, so nobody gets a mail.
    /// </param>
    public void Add(AppDbContext db, string to, MailContent content, string kind, bool deliver = true)
    {
        var now = time.GetUtcNow();
        var id = Guid.CreateVersion7(now);
        var body = cipher.Seal(new(id, to, content));
        var common = MailKind.Find(kind);
        Metrics.OutboxMessage(OutboxChannel.Mail.Word, "queued");
        db.OutboxMessages.Add(new()
        {
            Id = id,
            Kind = kind,
            Priority = common.Priority,
            RecipientDomain = cipher.HashDomain(to),
            CreatedAt = now,
            NextAttemptAt = now,
            ExpiresAt = now + common.Lifetime,
            Body = deliver ? body : null,
            SentAt = deliver ? null : now,
        });
    }

    /// <summary>Adds a webhook to the caller's context: JSON for the configured receiver.</summary>
    /// <param name="db">The caller's context; nothing is saved here.</param>
    /// <param name="json">The body, UTF-8; sent and signed byte for byte.</param>
    /// <param name="kind">What it tells of, for operators.</param>
    public void AddWebhook(AppDbContext db, byte[] json, string kind)
    {
        var now = time.GetUtcNow();
        Metrics.OutboxMessage(OutboxChannel.Webhook.Word, "queued");
        db.OutboxMessages.Add(new()
        {
            Id = Guid.CreateVersion7(now),
            Channel = OutboxChannel.Webhook,
            Kind = kind,
            CreatedAt = now,
            NextAttemptAt = now,
            Body = cipher.SealWebhook(json),
        });
    }
}
