using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace WebApp.Platform.Data.Migrations;

/// <summary>The figures of a quarter of an hour and of three hours, for the console's charts of a day, a week and a month.</summary>
[DbContext(typeof(AppDbContext))]
[Migration("20261127041500_MetricSpans")]
public sealed class MetricSpans : Migration
{
    /// <inheritdoc/>
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        """
        CREATE TABLE metric_spans (
            minutes smallint NOT NULL,
            at timestamptz NOT NULL,
            name text NOT NULL,
            value double precision NOT NULL,
            buckets bigint[],
            CONSTRAINT pk_metric_spans PRIMARY KEY (minutes, at, name)
        );
        """);
}
