using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using WebApp.Platform.Data;

namespace WebApp.Features.Groups;

/// <summary>An invitation that waits for its answer; answered or taken back it is gone. Of link and code only hashes are kept.</summary>
public sealed class GroupInvitation
{
    /// <summary>How long it can be accepted.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(7);

    /// <summary>UUIDv7; stays when it is sent again.</summary>
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>To which group.</summary>
    public required Guid GroupId { get; init; }

    /// <summary>Whom, whether or not there is an account.</summary>
    public required string Email { get; set; }

    /// <summary>The address as it is compared: one invitation each and group.</summary>
    public required string NormalizedEmail { get; init; }

    /// <summary>What they will be: <c>admin</c> or <c>member</c>.</summary>
    public required string Role { get; set; }

    /// <summary>Who invited them; null once that account is gone.</summary>
    public Guid? InvitedBy { get; set; }

    /// <summary>SHA-256 of the link's 256-bit token.</summary>
    public required byte[] TokenHash { get; set; }

    /// <summary>Keyed hash of the code; the key is not in the database.</summary>
    public required byte[] CodeHash { get; set; }

    /// <summary>How often a code was tried against it.</summary>
    public int CodeTries { get; set; }

    /// <summary>When it was sent last (UTC).</summary>
    public required DateTimeOffset CreatedAt { get; set; }

    /// <summary>When it stops working (UTC).</summary>
    public required DateTimeOffset ExpiresAt { get; set; }
}

internal sealed class GroupInvitationModel : IEntityTypeConfiguration<GroupInvitation>
{
    public void Configure(EntityTypeBuilder<GroupInvitation> invitation)
    {
        invitation.ToTable("group_invitations", table => table.HasCheckConstraint("ck_group_invitations_role", "role IN ('admin', 'member')"));
        invitation.Property(i => i.Id).ValueGeneratedNever();
        invitation.Property(i => i.Email).HasMaxLength(256);
        invitation.Property(i => i.NormalizedEmail).HasMaxLength(256);
        invitation.HasOne<Group>().WithMany().HasForeignKey(i => i.GroupId).OnDelete(DeleteBehavior.Cascade);
        invitation.HasOne<User>().WithMany().HasForeignKey(i => i.InvitedBy).OnDelete(DeleteBehavior.SetNull);
        invitation.HasIndex(i => new { i.GroupId, i.NormalizedEmail }).IsUnique();
        invitation.HasIndex(i => i.TokenHash).IsUnique();
        invitation.HasIndex(i => i.NormalizedEmail);
        invitation.HasIndex(i => i.Id).HasDatabaseName("ix_group_invitations_international").HasFilter("normalized_email ~ '[^ -~]'");
        invitation.HasIndex(i => i.ExpiresAt);
    }
}
