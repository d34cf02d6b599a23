using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using WebApp.Platform.Data;

namespace WebApp.Features.Groups;

/// <summary>Somebody in a group.</summary>
public sealed class GroupMember
{
    /// <summary>Which group.</summary>
    public required Guid GroupId { get; init; }

    /// <summary>Who.</summary>
    public required Guid UserId { get; init; }

    /// <summary>One of <see cref="GroupRole"/>.</summary>
    public required string Role { get; set; }

    /// <summary>Since when (UTC).</summary>
    public required DateTimeOffset JoinedAt { get; init; }
}

internal sealed class GroupMemberModel : IEntityTypeConfiguration<GroupMember>
{
    public void Configure(EntityTypeBuilder<GroupMember> member)
    {
        member.ToTable("group_members", table => table.HasCheckConstraint("ck_group_members_role", "role IN ('owner', 'admin', 'member')"));
        member.HasKey(m => new { m.GroupId, m.UserId });
        member.HasOne<Group>().WithMany().HasForeignKey(m => m.GroupId).OnDelete(DeleteBehavior.Cascade);
        member.HasOne<User>().WithMany().HasForeignKey(m => m.UserId).OnDelete(DeleteBehavior.Cascade);

        // One owner at most; that there is one, a trigger sees to.
        member.HasIndex(m => m.GroupId).IsUnique().HasFilter("role = 'owner'");
    }
}
