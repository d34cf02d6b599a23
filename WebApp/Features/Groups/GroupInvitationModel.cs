using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using WebApp.Platform.Data;

namespace WebApp.Features.Groups;

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
