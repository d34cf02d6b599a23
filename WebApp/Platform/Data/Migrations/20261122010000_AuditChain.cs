using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace WebApp.Platform.Data.Migrations;

/// <summary>The audit trail becomes a chain. Events from before are taken into it as they are found, when the application first seals.</summary>
[DbContext(typeof(AppDbContext))]
[Migration("20261122010000_AuditChain")]
public sealed class AuditChain : Migration
{
    /// <inheritdoc/>
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        """
        ALTER TABLE security_events
            ADD salt bytea,
            ADD personal_digest bytea,
            ADD mac bytea,
            ADD erasure_mac bytea,
            ADD seq bigint,
            ADD chain_hash bytea;
        CREATE UNIQUE INDEX ix_security_events_seq ON security_events (seq);
        CREATE INDEX ix_security_events_unsealed ON security_events (id) WHERE seq IS NULL;

        CREATE TABLE audit_chain (
            id smallint NOT NULL,
            anchor_seq bigint NOT NULL,
            anchor_hash bytea NOT NULL,
            head_seq bigint NOT NULL,
            head_hash bytea NOT NULL,
            mac bytea NOT NULL,
            CONSTRAINT pk_audit_chain PRIMARY KEY (id)
        );
        """);
}
