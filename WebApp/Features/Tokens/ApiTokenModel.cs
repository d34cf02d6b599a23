using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using WebApp.Platform.Data;

namespace WebApp.Features.Tokens;

internal sealed class ApiTokenModel : IEntityTypeConfiguration<ApiToken>
{
    public void Configure(EntityTypeBuilder<ApiToken> token)
    {
        token.ToTable("api_tokens");
        token.HasOne<User>().WithMany().HasForeignKey(t => t.UserId);
        token.Property(t => t.Id).ValueGeneratedNever();
        token.Property(t => t.Name).HasMaxLength(100);
        token.HasIndex(t => t.TokenHash).IsUnique();
    }
}

/// <summary>The table of API tokens.</summary>
public static class ApiTokenTables
{
    extension(AppDbContext db)
    {
        /// <summary>Every API token, ended ones included until they are pruned.</summary>
        public DbSet<ApiToken> ApiTokens => db.Set<ApiToken>();
    }
}
