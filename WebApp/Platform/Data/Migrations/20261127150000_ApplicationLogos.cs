using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace WebApp.Platform.Data.Migrations;

/// <summary>Pictures of applications. Nodes of earlier releases do not read them.</summary>
[DbContext(typeof(AppDbContext))]
[Migration("20261127150000_ApplicationLogos")]
public sealed class ApplicationLogos : Migration
{
    /// <inheritdoc/>
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("""
        ALTER TABLE applications ADD logo_hash varchar(32);
        CREATE TABLE application_logos (
            application_id uuid NOT NULL,
            hash varchar(32) NOT NULL,
            media_type varchar(16) NOT NULL,
            image bytea NOT NULL,
            CONSTRAINT pk_application_logos PRIMARY KEY (application_id),
            CONSTRAINT fk_application_logos_applications_application_id FOREIGN KEY (application_id) REFERENCES applications (id) ON DELETE CASCADE
        );
        CREATE INDEX ix_application_logos_hash ON application_logos (hash);
        """);
}
