using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using WebApp.Platform.Data;

namespace WebApp.Features.SecondFactors;

/// <summary>A sign-in whose password was right and whose second factor is awaited. It opens nothing but its own completion.</summary>
public sealed class PendingSignIn
{
    /// <summary>UUIDv7.</summary>
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>Who is signing in.</summary>
    public required Guid UserId { get; init; }

    /// <summary>SHA-256 of the key that the browser's cookie or the client's <c>mfa_token</c> carries.</summary>
    public byte[] KeyHash { get; set; } = [];

    /// <summary>What was shown already (RFC 8176).</summary>
    public required string[] Amr { get; init; }

    /// <summary>Whether the browser asked to be remembered.</summary>
    public bool Remember { get; init; }

    /// <summary>What the client calls itself.</summary>
    public string? DeviceName { get; init; }

    /// <summary>The known device that the first step was taken on: its codes are counted apart. Null where the account does not know it.</summary>
    public Guid? KnownDeviceId { get; init; }

    /// <summary>The user's token version when the password was right; a higher one voids this.</summary>
    public required int TokenVersion { get; init; }

    /// <summary>The user's security stamp then; another one voids this too.</summary>
    public string? SecurityStamp { get; init; }

    /// <summary>When it ends (UTC).</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>When it was completed (UTC): once.</summary>
    public DateTimeOffset? CompletedAt { get; set; }
}

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
