using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace WebApp.Platform.Data.Migrations;

/// <summary>Users choose the language of pages and mails, and the time zone of pages.</summary>
[DbContext(typeof(AppDbContext))]
[Migration("20261127120000_LanguageAndTimeZone")]
public sealed class LanguageAndTimeZone : Migration
{
    /// <inheritdoc/>
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("""
        ALTER TABLE users ADD language varchar(16), ADD time_zone varchar(64);
        """);
}
