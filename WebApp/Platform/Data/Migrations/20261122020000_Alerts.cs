using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace WebApp.Platform.Data.Migrations;

/// <summary>Alerts, and webhooks in the outbox.</summary>
[DbContext(typeof(AppDbContext))]
[Migration("20261122020000_Alerts")]
public sealed class Alerts : Migration
{
    /// <inheritdoc/>
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        """
        CREATE TABLE alerts (
            id uuid NOT NULL,
            kind text NOT NULL,
            at timestamptz NOT NULL,
            user_id uuid,
            session_id uuid,
            ip_prefix text,
            count integer,
            for_administrators boolean NOT NULL,
            told_at timestamptz,
            CONSTRAINT pk_alerts PRIMARY KEY (id),
            CONSTRAINT fk_alerts_users_user_id FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
        );
        CREATE INDEX ix_alerts_user_id ON alerts (user_id);
        CREATE INDEX ix_alerts_at ON alerts (at);
        CREATE INDEX ix_alerts_told_at ON alerts (told_at) WHERE for_administrators;
        CREATE TRIGGER alerts_tell AFTER INSERT ON alerts FOR EACH STATEMENT EXECUTE FUNCTION tell_topic('alert_raised');

        ALTER TABLE sessions ADD refresh_ip inet;

        ALTER TABLE outbox_messages ADD channel text NOT NULL DEFAULT 'mail';
        ALTER TABLE outbox_messages ALTER channel DROP DEFAULT;
        DROP INDEX ix_outbox_messages_next_attempt_at;
        CREATE INDEX ix_outbox_messages_channel_next_attempt_at ON outbox_messages (channel, next_attempt_at) WHERE sent_at IS NULL AND failed_at IS NULL;

        -- Keys are words of ours: ordered by bytes, those of one beginning lie together.
        ALTER TABLE attempts ALTER key TYPE text COLLATE "C";
        """);
}
