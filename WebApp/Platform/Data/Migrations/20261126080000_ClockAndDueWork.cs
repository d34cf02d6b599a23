using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace WebApp.Platform.Data.Migrations;

/// <summary>When recurring work was last done; the steps of authenticator codes that were used; sessions that were used by a clock ahead of the one that ended them.</summary>
/// <remarks>A node of the version before writes <c>last_step</c> alone, which counts as used as well.</remarks>
[DbContext(typeof(AppDbContext))]
[Migration("20261126080000_ClockAndDueWork")]
public sealed class ClockAndDueWork : Migration
{
    /// <inheritdoc/>
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        """
        CREATE TABLE due_work (name text NOT NULL, done_at timestamptz NOT NULL, CONSTRAINT pk_due_work PRIMARY KEY (name));
        INSERT INTO due_work (name, done_at) SELECT name, 'epoch' FROM unnest(ARRAY['audit', 'erasure', 'impersonations', 'outbox', 'prune']) AS name;
        ALTER TABLE totp_credentials ADD used_steps bigint[] NOT NULL DEFAULT '{}';
        CREATE INDEX ix_sessions_ended_before_use ON sessions (id) WHERE revoked_at < greatest(created_at, refresh_rotated_at, authenticated_at);
        """);
}
