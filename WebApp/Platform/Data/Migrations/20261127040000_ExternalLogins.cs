using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace WebApp.Platform.Data.Migrations;

/// <summary>Accounts at outside providers that sign users in.</summary>
[DbContext(typeof(AppDbContext))]
[Migration("20261127040000_ExternalLogins")]
public sealed class ExternalLogins : Migration
{
    /// <inheritdoc/>
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("""
        CREATE TABLE external_logins (
            id uuid NOT NULL CONSTRAINT pk_external_logins PRIMARY KEY,
            user_id uuid NOT NULL CONSTRAINT fk_external_logins_users_user_id REFERENCES users (id) ON DELETE CASCADE,
            issuer character varying(512) NOT NULL,
            subject character varying(255) NOT NULL,
            provider text NOT NULL,
            label text,
            created_at timestamp with time zone NOT NULL,
            last_used_at timestamp with time zone
        );
        CREATE UNIQUE INDEX ix_external_logins_issuer_subject ON external_logins (issuer, subject);
        CREATE INDEX ix_external_logins_user_id ON external_logins (user_id);
        """);
}
