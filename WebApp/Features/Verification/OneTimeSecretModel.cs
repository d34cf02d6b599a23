using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using WebApp.Platform.Data;

namespace WebApp.Features.Verification;

internal sealed class OneTimeSecretModel : IEntityTypeConfiguration<OneTimeSecret>
{
    public void Configure(EntityTypeBuilder<OneTimeSecret> secret)
    {
        secret.ToTable("one_time_secrets");
        secret.HasOne<User>().WithMany().HasForeignKey(s => s.UserId).OnDelete(DeleteBehavior.Cascade);
        secret.Property(s => s.Id).ValueGeneratedNever();
        secret.HasIndex(s => s.TokenHash).IsUnique();
        secret.HasIndex(s => s.ExpiresAt);
    }
}

/// <summary>The table of one-time secrets.</summary>
public static class OneTimeSecretTables
{
    extension(AppDbContext db)
    {
        /// <summary>Live and used secrets, until they are pruned.</summary>
        public DbSet<OneTimeSecret> OneTimeSecrets => db.Set<OneTimeSecret>();
    }
}
