using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace WebApp.Platform.Data.Migrations;

/// <summary>Who did it, where that was somebody else; administrators who look at an account as its owner sees it.</summary>
[DbContext(typeof(AppDbContext))]
[Migration("20261124000000_Impersonation")]
public sealed class Impersonation : Migration
{
    /// <inheritdoc/>
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        """
        ALTER TABLE security_events ADD actor_id uuid;
        CREATE INDEX ix_security_events_actor_id_id ON security_events (actor_id, id) WHERE actor_id IS NOT NULL;

        CREATE TABLE impersonations (
            id uuid NOT NULL,
            session_id uuid NOT NULL,
            actor_id uuid NOT NULL,
            user_id uuid NOT NULL,
            started_at timestamptz NOT NULL,
            expires_at timestamptz NOT NULL,
            ended_at timestamptz,
            CONSTRAINT pk_impersonations PRIMARY KEY (id),
            CONSTRAINT fk_impersonations_sessions_session_id FOREIGN KEY (session_id) REFERENCES sessions (id) ON DELETE CASCADE,
            CONSTRAINT fk_impersonations_users_actor_id FOREIGN KEY (actor_id) REFERENCES users (id) ON DELETE CASCADE,
            CONSTRAINT fk_impersonations_users_user_id FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
        );
        CREATE INDEX ix_impersonations_session_id ON impersonations (session_id);
        CREATE INDEX ix_impersonations_actor_id ON impersonations (actor_id);
        CREATE INDEX ix_impersonations_user_id ON impersonations (user_id);
        """);
}
