using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using WebApp.Platform.Data;

namespace WebApp.Features.Groups;

/// <summary>People who belong together. It has exactly one owner, whatever happens: the database sees to it.</summary>
public sealed class Group
{
    /// <summary>UUIDv7.</summary>
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>What it is called, see <see cref="GroupName"/>. Two groups may be called alike.</summary>
    public required string Name { get; set; }

    /// <summary>When it was made (UTC).</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}

internal sealed class GroupModel : IEntityTypeConfiguration<Group>
{
    public void Configure(EntityTypeBuilder<Group> group)
    {
        group.ToTable("groups");
        group.Property(g => g.Id).ValueGeneratedNever();
        group.Property(g => g.Name).HasMaxLength(GroupName.MaxLength);
    }
}

/// <summary>The tables of groups.</summary>
public static class GroupTables
{
    extension(AppDbContext db)
    {
        /// <summary>Every group.</summary>
        public DbSet<Group> Groups => db.Set<Group>();

        /// <summary>Who is in which.</summary>
        public DbSet<GroupMember> GroupMembers => db.Set<GroupMember>();

        /// <summary>Invitations that wait, expired ones included until they are pruned.</summary>
        public DbSet<GroupInvitation> GroupInvitations => db.Set<GroupInvitation>();
    }
}
