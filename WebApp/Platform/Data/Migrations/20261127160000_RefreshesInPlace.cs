using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace WebApp.Platform.Data.Migrations;

/// <summary>
/// No index depends on what a refresh writes, so PostgreSQL changes no index for it (a heap-only tuple). The index for sessions that ended before their last use, which clocks that differ could cause, is replaced
/// by a rule: a session ends at its last use at the earliest.
/// </summary>
[DbContext(typeof(AppDbContext))]
[Migration("20261127160000_RefreshesInPlace")]
public sealed class RefreshesInPlace : Migration
{
    /// <inheritdoc/>
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("""
        CREATE FUNCTION end_session_after_use() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            NEW.revoked_at := greatest(NEW.revoked_at, NEW.created_at, NEW.refresh_rotated_at, NEW.authenticated_at);
            RETURN NEW;
        END $$;
        CREATE TRIGGER sessions_end_after_use BEFORE UPDATE OF revoked_at ON sessions FOR EACH ROW WHEN (NEW.revoked_at IS NOT NULL) EXECUTE FUNCTION end_session_after_use();

        UPDATE sessions SET revoked_at = revoked_at WHERE revoked_at < greatest(created_at, refresh_rotated_at, authenticated_at);
        DROP INDEX ix_sessions_ended_before_use;
        ALTER TABLE sessions SET (fillfactor = 85);
        """);
}
