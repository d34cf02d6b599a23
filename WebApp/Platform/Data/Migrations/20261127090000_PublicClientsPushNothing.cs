using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace WebApp.Platform.Data.Migrations;

/// <summary>Public applications lose the permission to push authorization requests: those are stored, and anybody could send them.</summary>
[DbContext(typeof(AppDbContext))]
[Migration("20261127090000_PublicClientsPushNothing")]
public sealed class PublicClientsPushNothing : Migration
{
    /// <inheritdoc/>
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("""
        UPDATE applications SET permissions = (permissions::jsonb - 'ept:pushed_authorization')::text
        WHERE client_type = 'public' AND permissions LIKE '%ept:pushed_authorization%';
        """);
}
