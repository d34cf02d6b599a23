using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using WebApp.Platform.Data;

namespace WebApp.Features.Tokens;

/// <summary>A long-lived token its owner made for a program (<c>wat_…</c>). Shown once; only its hash is kept.</summary>
public sealed class ApiToken
{
    /// <summary>UUIDv7.</summary>
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>Whose.</summary>
    public required Guid UserId { get; init; }

    /// <summary>What its owner calls it; at most 100 characters.</summary>
    public required string Name { get; init; }

    /// <summary>SHA-256 of the whole token.</summary>
    public required byte[] TokenHash { get; init; }

    /// <summary>What it may do, see <see cref="ApiScope"/>.</summary>
    public required string[] Scopes { get; init; }

    /// <summary>When it was made (UTC).</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it ends (UTC); null: when it is revoked.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Last use (UTC); written in batches.</summary>
    public DateTimeOffset? LastUsedAt { get; set; }

    /// <summary>When it was revoked (UTC).</summary>
    public DateTimeOffset? RevokedAt { get; set; }
}

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
