using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace WebApp.Platform.Data.Migrations;

/// <summary>Finds the few accounts and invitations whose address has characters outside ASCII, without reading all the others.</summary>
[DbContext(typeof(AppDbContext))]
[Migration("20261126070000_CanonicalAddresses")]
public sealed class CanonicalAddresses : Migration
{
    /// <inheritdoc/>
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        """
        CREATE INDEX ix_users_international ON users (id) WHERE normalized_email ~ '[^ -~]';
        CREATE INDEX ix_group_invitations_international ON group_invitations (id) WHERE normalized_email ~ '[^ -~]';
        """);
}
