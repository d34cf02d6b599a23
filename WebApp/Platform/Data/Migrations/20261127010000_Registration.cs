using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace WebApp.Platform.Data.Migrations;

/// <summary>Who may register, if the console has changed it.</summary>
[DbContext(typeof(AppDbContext))]
[Migration("20261127010000_Registration")]
public sealed class Registration : Migration
{
    /// <inheritdoc/>
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        """
        CREATE TABLE registration_settings (
            id integer NOT NULL,
            mode text NOT NULL,
            allowed_domains text[] NOT NULL,
            changed_at timestamptz NOT NULL,
            CONSTRAINT pk_registration_settings PRIMARY KEY (id),
            CONSTRAINT ck_registration_settings_id CHECK (id = 1));
        CREATE TRIGGER registration_settings_tell AFTER INSERT OR UPDATE OR DELETE ON registration_settings
            FOR EACH STATEMENT EXECUTE FUNCTION tell_topic('registration_changed');
        """);
}
