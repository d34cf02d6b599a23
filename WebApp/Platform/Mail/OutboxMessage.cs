using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using WebApp.Platform.Data;

namespace WebApp.Platform.Mail;

/// <summary>A mail or webhook to send, written in the same transaction as what it tells.</summary>
public sealed class OutboxMessage
{
    /// <summary>What stands for the domain where <see cref="RecipientDomain"/> is null.</summary>
    public const long UnknownDomain = 0;

    /// <summary>UUIDv7.</summary>
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>By what it leaves.</summary>
    public OutboxChannel Channel { get; init; }

    /// <summary>Which template it came from, for operators.</summary>
    public required string Kind { get; init; }

    /// <summary>What is sent, and to whom where that is not configured, encrypted; null once sent by a transport that keeps nothing.</summary>
    public byte[]? Body { get; set; }

    /// <summary>Which messages are sent first.</summary>
    public MailPriority Priority { get; init; } = MailPriority.Notice;

    /// <summary>The recipient's domain as a keyed hash, to tell domains apart; null for webhooks and for what an older version wrote.</summary>
    public long? RecipientDomain { get; init; }

    /// <summary>When it was written (UTC).</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>How often sending was tried.</summary>
    public int Attempts { get; set; }

    /// <summary>Not to be tried before (UTC).</summary>
    public required DateTimeOffset NextAttemptAt { get; set; }

    /// <summary>When a server took it, or when it was dropped as a decoy (UTC).</summary>
    public DateTimeOffset? SentAt { get; set; }

    /// <summary>When it was given up or, expired, dropped (UTC).</summary>
    public DateTimeOffset? FailedAt { get; set; }

    /// <summary>When its code or link stops working, so that it is not sent any more (UTC); null where nothing in it expires.</summary>
    public DateTimeOffset? ExpiresAt { get; set; }

    /// <summary>Whether it was dropped because of that.</summary>
    public bool Expired { get; set; }

    /// <summary>The last refusal, without addresses; at most 400 characters.</summary>
    public string? LastError { get; set; }
}

/// <summary>By what a message leaves the outbox. Each has a worker of its own, so that a receiver which hangs delays no sign-in code.</summary>
public enum OutboxChannel
{
    /// <summary>Mail.</summary>
    Mail,

    /// <summary>A signed HTTP request.</summary>
    Webhook,
}

/// <summary>Its words.</summary>
public static class OutboxChannelWords
{
    extension(OutboxChannel channel)
    {
        /// <summary>As it stands in the table and in metrics.</summary>
        public string Name => channel == OutboxChannel.Mail ? "mail" : "webhook";
    }
}

internal sealed class OutboxModel : IEntityTypeConfiguration<OutboxMessage>
{
    private const string Waiting = "sent_at IS NULL AND failed_at IS NULL";

    public void Configure(EntityTypeBuilder<OutboxMessage> message)
    {
        message.ToTable("outbox_messages");
        message.Property(m => m.Id).ValueGeneratedNever();
        message.Property(m => m.Channel).HasConversion(channel => channel == OutboxChannel.Mail ? "mail" : "webhook", text => text == "mail" ? OutboxChannel.Mail : OutboxChannel.Webhook)
            .HasDefaultValue(OutboxChannel.Mail).ValueGeneratedNever(); // Written by nodes of before there were channels.
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

/// <summary>Where a message of the outbox is.</summary>
public enum OutboxState
{
    /// <summary>Not sent yet.</summary>
    Waiting,

    /// <summary>Given up.</summary>
    Failed,

    /// <summary>Dropped unsent: its code or link has expired.</summary>
    Expired,

    /// <summary>Taken by a server.</summary>
    Sent,
}
