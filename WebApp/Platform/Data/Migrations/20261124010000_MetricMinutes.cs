using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace WebApp.Platform.Data.Migrations;

/// <summary>What each node counted in each minute, for the console's charts.</summary>
[DbContext(typeof(AppDbContext))]
[Migration("20261124010000_MetricMinutes")]
public sealed class MetricMinutes : Migration
{
    // Unlogged: a day of figures that a crash may take, and that must not cost the log anything.
    /// <inheritdoc/>
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        """
        CREATE UNLOGGED TABLE metric_minutes (
            minute timestamptz NOT NULL,
            name text NOT NULL,
            node text NOT NULL,
            value double precision NOT NULL,
            buckets bigint[],
            CONSTRAINT pk_metric_minutes PRIMARY KEY (minute, name, node)
        );

        -- The console looks for events of one kind.
        CREATE INDEX ix_security_events_kind_id ON security_events (kind, id);
        """);
}
