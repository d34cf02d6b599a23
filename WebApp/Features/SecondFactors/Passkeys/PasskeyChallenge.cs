using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using WebApp.Platform.Data;

namespace WebApp.Features.SecondFactors.Passkeys;

/// <summary>A WebAuthn ceremony under way: its challenge works once.</summary>
public sealed class PasskeyChallenge
{
    /// <summary>UUIDv7.</summary>
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>SHA-256 of the key in the browser's cookie.</summary>
    public required byte[] KeyHash { get; init; }

    /// <summary>Who enrols or answers; null at a sign-in that begins with the passkey.</summary>
    public Guid? UserId { get; init; }

    /// <summary>What Identity needs to finish the ceremony, encrypted.</summary>
    public required byte[] State { get; init; }

    /// <summary>When it ends (UTC).</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>When it was used (UTC).</summary>
    public DateTimeOffset? ConsumedAt { get; set; }
}

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
