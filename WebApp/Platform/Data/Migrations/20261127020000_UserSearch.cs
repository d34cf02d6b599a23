using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace WebApp.Platform.Data.Migrations;

/// <summary>Indexes for the list of users: parts of names and addresses, the order by name and by age, and the IP addresses of sessions.</summary>
/// <remarks>
/// <c>pg_trgm</c> is a trusted extension (since PostgreSQL 13): the owner of the database can create it. If it is not installed or not allowed, the search
/// works without the index, in time that grows with the number of users; docs/database.md says how to add it later.
/// </remarks>
[DbContext(typeof(AppDbContext))]
[Migration("20261127020000_UserSearch")]
public sealed class UserSearch : Migration
{
    /// <inheritdoc/>
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        """
        DO $$
        BEGIN
            CREATE EXTENSION IF NOT EXISTS pg_trgm;
            CREATE INDEX ix_users_search ON users USING gin (email gin_trgm_ops, display_name gin_trgm_ops);
        EXCEPTION WHEN insufficient_privilege OR undefined_file OR feature_not_supported OR invalid_schema_name OR undefined_object THEN
            RAISE WARNING 'pg_trgm is not available; the search of users works without its index: %', SQLERRM;
        END $$;
        CREATE INDEX ix_users_created_at ON users (created_at);
        CREATE INDEX ix_users_display_name ON users (display_name);
        CREATE INDEX ix_sessions_ip ON sessions (ip);
        """);
}
