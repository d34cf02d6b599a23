using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace WebApp.Platform.Data.Migrations;

/// <summary>Columns that a table got after it was made have a default again: a node of an earlier version writes rows without them during an upgrade.</summary>
[DbContext(typeof(AppDbContext))]
[Migration("20261126040000_Defaults")]
public sealed class Defaults : Migration
{
    /// <inheritdoc/>
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        """
        ALTER TABLE outbox_messages ALTER channel SET DEFAULT 'mail';
        ALTER TABLE users ALTER email_codes_enabled SET DEFAULT false;
        ALTER TABLE known_devices ALTER browser_id SET DEFAULT gen_random_uuid();
        """);
}
