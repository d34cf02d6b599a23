using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace WebApp.Platform.Data.Migrations;

/// <summary>Devices that ask to be signed in by a code (RFC 8628).</summary>
[DbContext(typeof(AppDbContext))]
[Migration("20261123020000_DeviceSignIns")]
public sealed class DeviceSignIns : Migration
{
    /// <inheritdoc/>
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        """
        CREATE TABLE device_sign_ins (
            id uuid NOT NULL,
            key_hash bytea NOT NULL,
            user_code_hash bytea NOT NULL,
            client_name text,
            device_name text,
            user_agent text,
            ip inet,
            created_at timestamptz NOT NULL,
            expires_at timestamptz NOT NULL,
            interval_seconds integer NOT NULL,
            polled_at timestamptz,
            user_id uuid,
            approved_in uuid,
            amr text[],
            authenticated_at timestamptz,
            token_version integer,
            approved_at timestamptz,
            denied_at timestamptz,
            redeemed_at timestamptz,
            CONSTRAINT pk_device_sign_ins PRIMARY KEY (id),
            CONSTRAINT fk_device_sign_ins_users_user_id FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
        );
        CREATE UNIQUE INDEX ix_device_sign_ins_user_code_hash ON device_sign_ins (user_code_hash);
        CREATE INDEX ix_device_sign_ins_expires_at ON device_sign_ins (expires_at);
        CREATE INDEX ix_device_sign_ins_user_id ON device_sign_ins (user_id);
        """);
}
