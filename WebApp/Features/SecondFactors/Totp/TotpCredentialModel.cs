using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using WebApp.Platform.Data;

namespace WebApp.Features.SecondFactors.Totp;

internal sealed class TotpCredentialModel : IEntityTypeConfiguration<TotpCredential>
{
    public void Configure(EntityTypeBuilder<TotpCredential> totp)
    {
        totp.ToTable("totp_credentials");
        totp.HasKey(t => t.UserId);
        totp.Property(t => t.UsedSteps).HasDefaultValueSql("'{}'::bigint[]").ValueGeneratedNever(); // Not written by nodes of before there was one.
        totp.HasOne<User>().WithOne().HasForeignKey<TotpCredential>(t => t.UserId);
    }
}
