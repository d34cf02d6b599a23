using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using WebApp.Platform.Data;
using WebApp.Platform.Telemetry;

namespace WebApp.Platform.Mail;

/// <summary>A mail or webhook to send, inserted in the same transaction as the change that it reports.</summary>
public sealed class OutboxMessage
{
    /// <summary>The value used if <see cref="RecipientDomain"/> is null.</summary>
    public const long UnknownDomain = 0;

    /// <summary>UUIDv7.</summary>
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>Mail, webhook or logout token.</summary>
    public OutboxChannel Channel { get; init; }

    /// <summary>The template, for operators.</summary>
    public required string Kind { get; init; }

    /// <summary>The content and, for mails, the recipient, encrypted; null once sent by a transport that keeps nothing.</summary>
    public byte[]? Body { get; set; }

    /// <summary>Which messages are sent first.</summary>
    public MailPriority Priority { get; init; } = MailPriority.Notice;

    /// <summary>A keyed hash of the recipient's domain, to distinguish domains; null for webhooks and for rows of older releases.</summary>
    public long? RecipientDomain { get; init; }

    /// <summary>The receiver of a webhook, see <see cref="Webhooks.WebhookReceivers"/>; null for mails, and for the receiver of alerts.</summary>
    public string? Receiver { get; init; }

    /// <summary>When it was created (UTC).</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The number of attempts to send it.</summary>
    public int Attempts { get; set; }

    /// <summary>When the next attempt is due (UTC).</summary>
    public required DateTimeOffset NextAttemptAt { get; set; }

    /// <summary>When a server accepted it; for a decoy, when it was created (UTC).</summary>
    public DateTimeOffset? SentAt { get; set; }

    /// <summary>When it failed for good or expired (UTC).</summary>
    public DateTimeOffset? FailedAt { get; set; }

    /// <summary>When its code or link stops working, after which it is not sent (UTC); null if it does not expire.</summary>
    public DateTimeOffset? ExpiresAt { get; set; }

    /// <summary>Whether it was not sent because it expired.</summary>
    public bool Expired { get; set; }

    /// <summary>The last failure, without addresses; at most 400 characters.</summary>
    public string? LastError { get; set; }
}

/// <summary>How a message is sent. Each channel has its own worker, so that a webhook receiver that does not answer delays no sign-in code.</summary>
public enum OutboxChannel
{
    /// <summary>Mail.</summary>
    Mail,

    /// <summary>A signed HTTP request.</summary>
    Webhook,

    /// <summary>A logout token to an application.</summary>
    Logout,
}

/// <summary>The names of the channels.</summary>
public static class OutboxChannelWords
{
    extension(OutboxChannel channel)
    {
        /// <summary>The name in the table and in metrics.</summary>
        public string Name => channel switch
        {
            OutboxChannel.Mail => Metrics.Mail,
            OutboxChannel.Webhook => "webhook",
            _ => "logout",
        };
    }
}

internal sealed class OutboxModel : IEntityTypeConfiguration<OutboxMessage>
{
    private const string Waiting = "sent_at IS NULL AND failed_at IS NULL";

    public void Configure(EntityTypeBuilder<OutboxMessage> message)
    {
        message.ToTable("outbox_messages");
        message.Property(m => m.Id).ValueGeneratedNever();
        message.Property(m => m.Channel).HasConversion(channel => channel == OutboxChannel.Mail ? "mail" : channel == OutboxChannel.Webhook ? "webhook" : "logout",
                text => text == "mail" ? OutboxChannel.Mail : text == "webhook" ? OutboxChannel.Webhook : OutboxChannel.Logout)
            .HasDefaultValue(OutboxChannel.Mail).ValueGeneratedNever(); // For inserts by nodes of releases that do not know the column.
        message.Property(m => m.Priority).HasConversion<short>().HasDefaultValue(MailPriority.Notice).ValueGeneratedNever();
        message.Property(m => m.Expired).HasDefaultValue(false).ValueGeneratedNever();
        message.HasIndex(m => new { m.Channel, m.NextAttemptAt }).HasFilter(Waiting);
        message.HasIndex(m => new { m.Channel, m.Priority, m.NextAttemptAt }).HasFilter(Waiting);
        message.HasIndex(m => new { m.Channel, m.ExpiresAt }).HasFilter(Waiting);
        message.HasIndex(m => m.SentAt);
    }
}

/// <summary>The table of messages.</summary>
public static class OutboxTables
{
    extension(AppDbContext db)
    {
        /// <summary>Mails and webhooks to send and, until they are pruned, those sent.</summary>
        public DbSet<OutboxMessage> OutboxMessages => db.Set<OutboxMessage>();
    }
}

/// <summary>The state of a message of the outbox.</summary>
public enum OutboxState
{
    /// <summary>Not sent yet.</summary>
    Waiting,

    /// <summary>Failed for good.</summary>
    Failed,

    /// <summary>Not sent, because its code or link has expired.</summary>
    Expired,

    /// <summary>Accepted by a server.</summary>
    Sent,
}
