using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using WebApp.Platform.Data;

namespace WebApp.Features.SecondFactors.Passkeys;

internal sealed class PasskeyChallengeModel : IEntityTypeConfiguration<PasskeyChallenge>
{
    public void Configure(EntityTypeBuilder<PasskeyChallenge> challenge)
    {
        challenge.ToTable("passkey_challenges");
        challenge.HasOne<User>().WithMany().HasForeignKey(c => c.UserId).OnDelete(DeleteBehavior.Cascade);
        challenge.Property(c => c.Id).ValueGeneratedNever();
        challenge.HasIndex(c => c.ExpiresAt);
    }
}
