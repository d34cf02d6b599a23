using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace WebApp.Platform.Data.Migrations;

/// <summary>Priority, expiry and the recipient's domain, as a keyed hash, of what waits in the outbox.</summary>
/// <remarks>The defaults stay: a node of the version before inserts rows without these columns. An expired row has <c>failed_at</c> too, so that such a node leaves it alone.</remarks>
[DbContext(typeof(AppDbContext))]
[Migration("20261126060000_MailPriority")]
public sealed class MailPriorityColumns : Migration
{
    /// <inheritdoc/>
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        """
        ALTER TABLE outbox_messages
            ADD priority smallint NOT NULL DEFAULT 2,
            ADD expires_at timestamptz,
            ADD recipient_domain bigint,
            ADD expired boolean NOT NULL DEFAULT false;
        CREATE INDEX ix_outbox_messages_channel_priority_next_attempt_at ON outbox_messages (channel, priority, next_attempt_at) WHERE sent_at IS NULL AND failed_at IS NULL;
        CREATE INDEX ix_outbox_messages_channel_expires_at ON outbox_messages (channel, expires_at) WHERE sent_at IS NULL AND failed_at IS NULL;
        """);
}
