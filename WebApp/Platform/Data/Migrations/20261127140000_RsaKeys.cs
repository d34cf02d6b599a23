using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace WebApp.Platform.Data.Migrations;

/// <summary>A second pair for each key of the provider, for applications that know only RS256. Nodes of earlier releases do not read it.</summary>
[DbContext(typeof(AppDbContext))]
[Migration("20261127140000_RsaKeys")]
public sealed class RsaKeys : Migration
{
    /// <inheritdoc/>
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("""
        ALTER TABLE application_keys ADD rsa_secret bytea;
        ALTER TABLE applications ADD id_token_algorithm varchar(16);
        """);
}
