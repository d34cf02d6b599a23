using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using WebApp.Platform.Data;

namespace WebApp.Features.SecondFactors;

internal sealed class PendingSignInModel : IEntityTypeConfiguration<PendingSignIn>
{
    public void Configure(EntityTypeBuilder<PendingSignIn> pending)
    {
        pending.ToTable("pending_sign_ins");
        pending.HasOne<User>().WithMany().HasForeignKey(p => p.UserId);
        pending.Property(p => p.Id).ValueGeneratedNever();
        pending.HasIndex(p => p.ExpiresAt);
    }
}
