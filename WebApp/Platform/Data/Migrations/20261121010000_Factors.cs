using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace WebApp.Platform.Data.Migrations;

/// <summary>Second factors, pending sign-ins, trusted devices, API tokens and counters of guesses.</summary>
[DbContext(typeof(AppDbContext))]
[Migration("20261121010000_Factors")]
public sealed class Factors : Migration
{
    /// <inheritdoc/>
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        """
        ALTER TABLE users ADD email_codes_enabled boolean NOT NULL DEFAULT false;
        ALTER TABLE users ALTER email_codes_enabled DROP DEFAULT;
        ALTER TABLE one_time_secrets ADD bound_to uuid, ADD address text;
        ALTER TABLE user_passkeys ADD last_used_at timestamptz;

        CREATE TABLE pending_sign_ins (
            id uuid NOT NULL,
            user_id uuid NOT NULL,
            key_hash bytea NOT NULL,
            amr text[] NOT NULL,
            remember boolean NOT NULL,
            device_name text,
            token_version integer NOT NULL,
            expires_at timestamptz NOT NULL,
            completed_at timestamptz,
            CONSTRAINT pk_pending_sign_ins PRIMARY KEY (id),
            CONSTRAINT fk_pending_sign_ins_users_user_id FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
        );
        CREATE INDEX ix_pending_sign_ins_user_id ON pending_sign_ins (user_id);
        CREATE INDEX ix_pending_sign_ins_expires_at ON pending_sign_ins (expires_at);

        CREATE TABLE totp_credentials (
            user_id uuid NOT NULL,
            secret bytea NOT NULL,
            created_at timestamptz NOT NULL,
            confirmed_at timestamptz,
            last_step bigint,
            CONSTRAINT pk_totp_credentials PRIMARY KEY (user_id),
            CONSTRAINT fk_totp_credentials_users_user_id FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
        );

        CREATE TABLE recovery_codes (
            id uuid NOT NULL,
            user_id uuid NOT NULL,
            code_hash bytea NOT NULL,
            used_at timestamptz,
            CONSTRAINT pk_recovery_codes PRIMARY KEY (id),
            CONSTRAINT fk_recovery_codes_users_user_id FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
        );
        CREATE INDEX ix_recovery_codes_user_id ON recovery_codes (user_id);

        CREATE TABLE passkey_challenges (
            id uuid NOT NULL,
            key_hash bytea NOT NULL,
            user_id uuid,
            state bytea NOT NULL,
            expires_at timestamptz NOT NULL,
            consumed_at timestamptz,
            CONSTRAINT pk_passkey_challenges PRIMARY KEY (id),
            CONSTRAINT fk_passkey_challenges_users_user_id FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
        );
        CREATE INDEX ix_passkey_challenges_user_id ON passkey_challenges (user_id);
        CREATE INDEX ix_passkey_challenges_expires_at ON passkey_challenges (expires_at);

        CREATE TABLE known_devices (
            id uuid NOT NULL,
            user_id uuid NOT NULL,
            key_hash bytea NOT NULL,
            user_agent text,
            ip inet,
            created_at timestamptz NOT NULL,
            last_seen_at timestamptz NOT NULL,
            trusted_until timestamptz,
            revoked_at timestamptz,
            CONSTRAINT pk_known_devices PRIMARY KEY (id),
            CONSTRAINT fk_known_devices_users_user_id FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
        );
        CREATE INDEX ix_known_devices_user_id ON known_devices (user_id);

        CREATE TABLE api_tokens (
            id uuid NOT NULL,
            user_id uuid NOT NULL,
            name varchar(100) NOT NULL,
            token_hash bytea NOT NULL,
            scopes text[] NOT NULL,
            created_at timestamptz NOT NULL,
            expires_at timestamptz,
            last_used_at timestamptz,
            revoked_at timestamptz,
            CONSTRAINT pk_api_tokens PRIMARY KEY (id),
            CONSTRAINT fk_api_tokens_users_user_id FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
        );
        CREATE INDEX ix_api_tokens_user_id ON api_tokens (user_id);
        CREATE UNIQUE INDEX ix_api_tokens_token_hash ON api_tokens (token_hash);

        CREATE UNLOGGED TABLE attempts (
            key text NOT NULL,
            count integer NOT NULL,
            window_ends_at timestamptz NOT NULL,
            CONSTRAINT pk_attempts PRIMARY KEY (key)
        );
        CREATE INDEX ix_attempts_window_ends_at ON attempts (window_ends_at);

        CREATE FUNCTION tell_api_token_end() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM pg_notify('webapp_changes', 'api_token_ended ' || OLD.id);
            RETURN NULL;
        END $$;
        CREATE TRIGGER api_tokens_tell AFTER DELETE OR UPDATE OF revoked_at, expires_at, scopes ON api_tokens
            FOR EACH ROW EXECUTE FUNCTION tell_api_token_end();
        """);
}
