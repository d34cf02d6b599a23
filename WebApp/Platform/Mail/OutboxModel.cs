using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using WebApp.Platform.Data;

namespace WebApp.Platform.Mail;

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
