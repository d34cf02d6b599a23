using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace WebApp.Platform.Data.Migrations;

/// <summary>Counts of wrong passwords; browsers that several accounts know.</summary>
[DbContext(typeof(AppDbContext))]
[Migration("20261122000000_Guessing")]
public sealed class Guessing : Migration
{
    /// <inheritdoc/>
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        """
        CREATE TABLE sign_in_guesses (
            key text NOT NULL,
            failures integer NOT NULL,
            window_ends_at timestamptz NOT NULL,
            next_at timestamptz NOT NULL,
            lockouts integer NOT NULL,
            misses integer NOT NULL,
            last_at timestamptz NOT NULL,
            CONSTRAINT pk_sign_in_guesses PRIMARY KEY (key)
        );
        CREATE INDEX ix_sign_in_guesses_last_at ON sign_in_guesses (last_at);

        ALTER TABLE known_devices ADD browser_id uuid;
        UPDATE known_devices SET browser_id = id;
        ALTER TABLE known_devices ALTER browser_id SET NOT NULL;
        CREATE INDEX ix_known_devices_browser_id ON known_devices (browser_id);
        """);
}
