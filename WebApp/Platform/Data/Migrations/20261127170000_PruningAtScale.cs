using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace WebApp.Platform.Data.Migrations;

/// <summary>Indexes by which pruning finds what is old. None is of a column that changes with a refresh or a sign-in: such an update would have to write to all indexes.</summary>
[DbContext(typeof(AppDbContext))]
[Migration("20261127170000_PruningAtScale")]
public sealed class PruningAtScale : Migration
{
    /// <inheritdoc/>
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("""
        CREATE INDEX ix_sessions_expires_at ON sessions (expires_at);
        CREATE INDEX ix_known_devices_revoked_at ON known_devices (revoked_at) WHERE revoked_at IS NOT NULL;
        CREATE INDEX ix_application_tokens_expiration_date ON application_tokens (expiration_date);
        CREATE INDEX ix_totp_credentials_unconfirmed ON totp_credentials (user_id) WHERE confirmed_at IS NULL;
        """);
}
