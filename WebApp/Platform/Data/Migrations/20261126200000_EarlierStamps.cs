using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace WebApp.Platform.Data.Migrations;

/// <summary>
/// Sign-ins that a node of the previous version begins get the account's security stamp, which that version does not write: they can be finished on a node of this
/// version, and a change of a credential voids them.
/// </summary>
[DbContext(typeof(AppDbContext))]
[Migration("20261126200000_EarlierStamps")]
public sealed class EarlierStamps : Migration
{
    /// <inheritdoc/>
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        """
        CREATE FUNCTION stamp_sign_in() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            NEW.security_stamp := (SELECT security_stamp FROM users WHERE id = NEW.user_id);
            RETURN NEW;
        END $$;

        CREATE TRIGGER pending_sign_ins_stamp BEFORE INSERT ON pending_sign_ins FOR EACH ROW WHEN (NEW.security_stamp IS NULL) EXECUTE FUNCTION stamp_sign_in();
        CREATE TRIGGER device_sign_ins_stamp BEFORE UPDATE OF user_id ON device_sign_ins FOR EACH ROW
            WHEN (NEW.user_id IS NOT NULL AND NEW.security_stamp IS NULL) EXECUTE FUNCTION stamp_sign_in();
        """);
}
