using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace WebApp.Platform.Data.Migrations;

/// <summary>Setup codes, and how far each import of users has come.</summary>
[DbContext(typeof(AppDbContext))]
[Migration("20261124020000_Imports")]
public sealed class UserImports : Migration
{
    /// <inheritdoc/>
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        """
        CREATE TABLE setup_codes (
            code_hash bytea NOT NULL,
            created_at timestamptz NOT NULL,
            CONSTRAINT pk_setup_codes PRIMARY KEY (code_hash)
        );

        CREATE TABLE imports (
            id uuid NOT NULL,
            digest bytea NOT NULL,
            lines bigint NOT NULL,
            imported bigint NOT NULL,
            refused bigint NOT NULL,
            started_at timestamptz NOT NULL,
            finished_at timestamptz,
            CONSTRAINT pk_imports PRIMARY KEY (id)
        );
        CREATE UNIQUE INDEX ix_imports_digest ON imports (digest);

        CREATE TABLE import_refusals (
            import_id uuid NOT NULL,
            line bigint NOT NULL,
            reason text NOT NULL,
            CONSTRAINT pk_import_refusals PRIMARY KEY (import_id, line),
            CONSTRAINT fk_import_refusals_imports_import_id FOREIGN KEY (import_id) REFERENCES imports (id) ON DELETE CASCADE
        );

        CREATE TABLE imported_users (
            user_id uuid NOT NULL,
            import_id uuid NOT NULL,
            line bigint NOT NULL,
            CONSTRAINT pk_imported_users PRIMARY KEY (user_id),
            CONSTRAINT fk_imported_users_imports_import_id FOREIGN KEY (import_id) REFERENCES imports (id) ON DELETE CASCADE,
            CONSTRAINT fk_imported_users_users_user_id FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
        );
        CREATE INDEX ix_imported_users_import_id ON imported_users (import_id);
        """);
}
