using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace WebApp.Platform.Data.Migrations;

/// <summary>Registrations that wait to be confirmed: things of their own, so that none touches an account.</summary>
[DbContext(typeof(AppDbContext))]
[Migration("20261126020000_Registrations")]
public sealed class Registrations : Migration
{
    /// <inheritdoc/>
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        """
        CREATE TABLE registrations (
            id uuid NOT NULL,
            email varchar(256) NOT NULL,
            normalized_email varchar(256) NOT NULL,
            display_name varchar(100),
            password_hash text NOT NULL,
            token_hash bytea NOT NULL,
            code_hash bytea NOT NULL,
            code_tries integer NOT NULL,
            browser_key_hash bytea,
            browser_code_tries integer NOT NULL,
            guess_points integer NOT NULL,
            device text NOT NULL,
            ip inet,
            created_at timestamptz NOT NULL,
            expires_at timestamptz NOT NULL,
            CONSTRAINT pk_registrations PRIMARY KEY (id)
        );
        CREATE UNIQUE INDEX ix_registrations_token_hash ON registrations (token_hash);
        CREATE INDEX ix_registrations_normalized_email ON registrations (normalized_email);
        CREATE INDEX ix_registrations_expires_at ON registrations (expires_at);
        """);
}
