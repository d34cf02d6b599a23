using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using WebApp.Platform.Data;

namespace WebApp.Features.SecondFactors.RecoveryCodes;

internal sealed class RecoveryCodeModel : IEntityTypeConfiguration<RecoveryCode>
{
    public void Configure(EntityTypeBuilder<RecoveryCode> code)
    {
        code.ToTable("recovery_codes");
        code.HasOne<User>().WithMany().HasForeignKey(c => c.UserId);
        code.Property(c => c.Id).ValueGeneratedNever();
    }
}
