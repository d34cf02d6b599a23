using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using WebApp.Platform.Data;

namespace WebApp.Features.SecondFactors.RecoveryCodes;

/// <summary>One of ten codes that stand in for a lost factor, each once.</summary>
public sealed class RecoveryCode
{
    /// <summary>UUIDv7.</summary>
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>Whose.</summary>
    public required Guid UserId { get; init; }

    /// <summary>Keyed hash; the key is not in the database.</summary>
    public required byte[] CodeHash { get; init; }

    /// <summary>When it was used (UTC).</summary>
    public DateTimeOffset? UsedAt { get; set; }
}

internal sealed class RecoveryCodeModel : IEntityTypeConfiguration<RecoveryCode>
{
    public void Configure(EntityTypeBuilder<RecoveryCode> code)
    {
        code.ToTable("recovery_codes");
        code.HasOne<User>().WithMany().HasForeignKey(c => c.UserId);
        code.Property(c => c.Id).ValueGeneratedNever();
    }
}
