using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using WebApp.Data;

namespace WebApp.Mail;

internal sealed class OutboxModel : IEntityTypeConfiguration<OutboxMessage>
{
    public void Configure(EntityTypeBuilder<OutboxMessage> message)
    {
        message.ToTable("outbox_messages");
        message.Property(m => m.Id).ValueGeneratedNever();
        message.HasIndex(m => m.NextAttemptAt).HasFilter("sent_at IS NULL AND failed_at IS NULL");
        message.HasIndex(m => m.SentAt);
    }
}

/// <summary>The table of mails.</summary>
public static class OutboxTables
{
    extension(AppDbContext db)
    {
        /// <summary>Mails to send and, until they are pruned, mails sent.</summary>
        public DbSet<OutboxMessage> OutboxMessages => db.Set<OutboxMessage>();
    }
}
