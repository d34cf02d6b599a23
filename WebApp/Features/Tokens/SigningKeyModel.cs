using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using WebApp.Platform.Data;

namespace WebApp.Features.Tokens;

internal sealed class SigningKeyModel : IEntityTypeConfiguration<SigningKeyRow>
{
    public void Configure(EntityTypeBuilder<SigningKeyRow> key) => key.ToTable("signing_keys");
}

/// <summary>The table of managed signing keys.</summary>
public static class SigningKeyTables
{
    extension(AppDbContext db)
    {
        /// <summary>Managed keys, current, announced and retired.</summary>
        public DbSet<SigningKeyRow> SigningKeys => db.Set<SigningKeyRow>();
    }
}
