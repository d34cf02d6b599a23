using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace WebApp.Features.Lockout;

internal sealed class AttemptModel : IEntityTypeConfiguration<Attempt>
{
    public void Configure(EntityTypeBuilder<Attempt> attempt)
    {
        attempt.ToTable("attempts");
        attempt.HasKey(a => a.Key);
        attempt.Property(a => a.Key).UseCollation("C");
        attempt.HasIndex(a => a.WindowEndsAt);
    }
}
