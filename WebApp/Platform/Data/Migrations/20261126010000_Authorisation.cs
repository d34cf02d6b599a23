using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace WebApp.Platform.Data.Migrations;

/// <summary>
/// Sign-ins that wait carry the security stamp they began with, so that a change of a credential voids them; an offered authenticator app belongs
/// to the session that asked for it.
/// </summary>
[DbContext(typeof(AppDbContext))]
[Migration("20261126010000_Authorisation")]
public sealed class Authorisation : Migration
{
    /// <inheritdoc/>
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        """
        ALTER TABLE pending_sign_ins ADD security_stamp text;
        ALTER TABLE device_sign_ins ADD security_stamp text;
        ALTER TABLE totp_credentials ADD offered_in uuid;
        """);
}
