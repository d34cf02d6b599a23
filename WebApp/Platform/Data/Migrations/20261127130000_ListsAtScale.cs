using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace WebApp.Platform.Data.Migrations;

/// <summary>Indexes for what the console looks for among millions: the events of an address or network, and closed and unconfirmed accounts.</summary>
[DbContext(typeof(AppDbContext))]
[Migration("20261127130000_ListsAtScale")]
public sealed class ListsAtScale : Migration
{
    /// <inheritdoc/>
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("""
        CREATE INDEX ix_security_events_ip_id ON security_events (ip, id);
        CREATE INDEX ix_users_closed ON users (id) WHERE lockout_end IS NOT NULL OR deletion_requested_at IS NOT NULL;
        CREATE INDEX ix_users_unconfirmed ON users (id) WHERE NOT email_confirmed;
        """);
}
