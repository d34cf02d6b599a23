using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace WebApp.Platform.Data.Migrations;

/// <summary>The OpenID Connect provider: applications, what they were granted, their tokens, and the keys that sign. The columns are those of OpenIddict's entities and ours.</summary>
[DbContext(typeof(AppDbContext))]
[Migration("20261127000000_Applications")]
public sealed class Applications : Migration
{
    /// <inheritdoc/>
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        """
        CREATE TABLE applications (
            id uuid NOT NULL,
            allowed_roles text[] NOT NULL,
            allowed_groups uuid[] NOT NULL,
            own_permissions text[] NOT NULL,
            backchannel_logout_uri text,
            logo_uri text,
            configured boolean NOT NULL,
            created_at timestamptz NOT NULL,
            application_type varchar(50),
            client_id varchar(100),
            client_secret text,
            client_type varchar(50),
            concurrency_token varchar(50),
            consent_type varchar(50),
            display_name text,
            display_names text,
            json_web_key_set text,
            permissions text,
            post_logout_redirect_uris text,
            properties text,
            redirect_uris text,
            requirements text,
            settings text,
            CONSTRAINT pk_applications PRIMARY KEY (id)
        );
        CREATE UNIQUE INDEX ix_applications_client_id ON applications (client_id);

        CREATE TABLE application_scopes (
            id uuid NOT NULL,
            concurrency_token varchar(50),
            description text,
            descriptions text,
            display_name text,
            display_names text,
            name varchar(200),
            properties text,
            resources text,
            CONSTRAINT pk_application_scopes PRIMARY KEY (id)
        );
        CREATE UNIQUE INDEX ix_application_scopes_name ON application_scopes (name);

        CREATE TABLE application_grants (
            id uuid NOT NULL,
            application_id uuid,
            concurrency_token varchar(50),
            creation_date timestamptz,
            properties text,
            scopes text,
            status varchar(50),
            subject varchar(400),
            type varchar(50),
            CONSTRAINT pk_application_grants PRIMARY KEY (id),
            CONSTRAINT fk_application_grants_applications_application_id FOREIGN KEY (application_id) REFERENCES applications (id)
        );
        CREATE INDEX ix_application_grants_application_id_status_subject_type ON application_grants (application_id, status, subject, type);

        CREATE TABLE application_tokens (
            id uuid NOT NULL,
            application_id uuid,
            authorization_id uuid,
            concurrency_token varchar(50),
            creation_date timestamptz,
            expiration_date timestamptz,
            payload text,
            properties text,
            redemption_date timestamptz,
            reference_id varchar(100),
            status varchar(50),
            subject varchar(400),
            type varchar(150),
            CONSTRAINT pk_application_tokens PRIMARY KEY (id),
            CONSTRAINT fk_application_tokens_application_grants_authorization_id FOREIGN KEY (authorization_id) REFERENCES application_grants (id),
            CONSTRAINT fk_application_tokens_applications_application_id FOREIGN KEY (application_id) REFERENCES applications (id)
        );
        CREATE INDEX ix_application_tokens_application_id_status_subject_type ON application_tokens (application_id, status, subject, type);
        CREATE INDEX ix_application_tokens_authorization_id ON application_tokens (authorization_id);
        CREATE UNIQUE INDEX ix_application_tokens_reference_id ON application_tokens (reference_id);

        CREATE TABLE application_consents (
            user_id uuid NOT NULL,
            application_id uuid NOT NULL,
            scopes text[] NOT NULL,
            granted_at timestamptz NOT NULL,
            CONSTRAINT pk_application_consents PRIMARY KEY (user_id, application_id),
            CONSTRAINT fk_application_consents_applications_application_id FOREIGN KEY (application_id) REFERENCES applications (id) ON DELETE CASCADE,
            CONSTRAINT fk_application_consents_users_user_id FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
        );
        CREATE INDEX ix_application_consents_application_id ON application_consents (application_id);

        CREATE TABLE application_sessions (
            session_id uuid NOT NULL,
            application_id uuid NOT NULL,
            user_id uuid NOT NULL,
            granted_at timestamptz NOT NULL,
            notified_at timestamptz,
            CONSTRAINT pk_application_sessions PRIMARY KEY (session_id, application_id),
            CONSTRAINT fk_application_sessions_applications_application_id FOREIGN KEY (application_id) REFERENCES applications (id) ON DELETE CASCADE
        );
        CREATE INDEX ix_application_sessions_application_id ON application_sessions (application_id);
        CREATE INDEX ix_application_sessions_session_id ON application_sessions (session_id) WHERE notified_at IS NULL;

        CREATE TABLE application_keys (
            id text NOT NULL,
            secret bytea NOT NULL,
            created_at timestamptz NOT NULL,
            activates_at timestamptz NOT NULL,
            retires_at timestamptz,
            CONSTRAINT pk_application_keys PRIMARY KEY (id)
        );
        CREATE TRIGGER application_keys_tell AFTER INSERT OR UPDATE OR DELETE ON application_keys FOR EACH STATEMENT EXECUTE FUNCTION tell_topic('signing_keys_changed');
        """);
}
