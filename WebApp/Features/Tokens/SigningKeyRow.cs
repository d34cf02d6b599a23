using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using WebApp.Platform.Data;

namespace WebApp.Features.Tokens;

/// <summary>A managed signing key as it is kept: its secret is encrypted under the key ring.</summary>
public sealed class SigningKeyRow
{
    /// <summary>The <c>kid</c>: 16 characters base64url.</summary>
    public required string Id { get; init; }

    /// <summary>The 256-bit HMAC key, encrypted by Data Protection.</summary>
    public required byte[] Secret { get; init; }

    /// <summary>When it was made and announced (UTC).</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>First instant at which it signs (UTC).</summary>
    public required DateTimeOffset ActivatesAt { get; init; }

    /// <summary>When it stops verifying (UTC); null while a successor has not taken over.</summary>
    public DateTimeOffset? RetiresAt { get; set; }
}

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
