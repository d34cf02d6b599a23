using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace WebApp.Platform.Data.Migrations;

/// <summary>The receiver of a webhook, where there are several.</summary>
[DbContext(typeof(AppDbContext))]
[Migration("20261127030000_WebhookReceivers")]
public sealed class WebhookReceivers : Migration
{
    /// <inheritdoc/>
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("ALTER TABLE outbox_messages ADD receiver text;");
}
