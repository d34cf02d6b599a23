using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace WebApp.Platform.Data.Migrations;

/// <summary>API clients that are known devices; the known device that a sign-in whose second factor is awaited was begun on.</summary>
[DbContext(typeof(AppDbContext))]
[Migration("20261126030000_ApiDevices")]
public sealed class ApiDevices : Migration
{
    /// <inheritdoc/>
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        """
        ALTER TABLE known_devices ADD kind text NOT NULL DEFAULT 'browser';
        ALTER TABLE known_devices ADD device_name text;
        ALTER TABLE pending_sign_ins ADD known_device_id uuid;
        """);
}
