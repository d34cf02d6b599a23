using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using WebApp.Platform.Data;
using WebApp.Platform.Http;

namespace WebApp.Features.Groups;

/// <summary>A group of users. It always has exactly one owner, which the database ensures.</summary>
public sealed class Group
{
    /// <summary>UUIDv7.</summary>
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>Its name, see <see cref="GroupName"/>. Two groups may have the same name.</summary>
    public required string Name { get; set; }

    /// <summary>When it was created (UTC).</summary>
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
        /// <summary>All groups.</summary>
        public DbSet<Group> Groups => db.Set<Group>();

        /// <summary>All memberships.</summary>
        public DbSet<GroupMember> GroupMembers => db.Set<GroupMember>();

        /// <summary>Open invitations, including expired ones until they are pruned.</summary>
        public DbSet<GroupInvitation> GroupInvitations => db.Set<GroupInvitation>();
    }
}

/// <summary>A member of a group.</summary>
public sealed class GroupMember
{
    /// <summary>The group.</summary>
    public required Guid GroupId { get; init; }

    /// <summary>The user.</summary>
    public required Guid UserId { get; init; }

    /// <summary>A value of <see cref="GroupRole"/>.</summary>
    public required string Role { get; set; }

    /// <summary>When they joined (UTC).</summary>
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

        // At most one owner; a trigger ensures that there is one.
        member.HasIndex(m => m.GroupId).IsUnique().HasFilter("role = 'owner'");
    }
}

/// <summary>An open invitation; it is deleted when answered or revoked. Only hashes of link and code are stored.</summary>
public sealed class GroupInvitation
{
    /// <summary>How long it can be accepted.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(7);

    /// <summary>UUIDv7; does not change when it is sent again.</summary>
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>The group.</summary>
    public required Guid GroupId { get; init; }

    /// <summary>The invited address, with or without an account.</summary>
    public required string Email { get; set; }

    /// <summary>The normalized address: each is invited once per group.</summary>
    public required string NormalizedEmail { get; init; }

    /// <summary>The role of the future member: <c>admin</c> or <c>member</c>.</summary>
    public required string Role { get; set; }

    /// <summary>The user who sent the invitation; null if the account does not exist any more.</summary>
    public Guid? InvitedBy { get; set; }

    /// <summary>SHA-256 of the link's 256-bit token.</summary>
    public required byte[] TokenHash { get; set; }

    /// <summary>Keyed hash of the code; the key is not in the database.</summary>
    public required byte[] CodeHash { get; set; }

    /// <summary>How often a code was tried against it.</summary>
    public int CodeTries { get; set; }

    /// <summary>When it was last sent (UTC).</summary>
    public required DateTimeOffset CreatedAt { get; set; }

    /// <summary>When it expires (UTC).</summary>
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

/// <summary>The rules for names of groups.</summary>
public static class GroupName
{
    /// <summary>The maximum number of characters.</summary>
    public const int MaxLength = 60;

    /// <summary>The trimmed name, or its error.</summary>
    public static (string? Name, FieldError? Error) Read(string? text)
    {
        var name = text?.Trim();
        return name is { Length: > 0 and <= MaxLength } && name.EnumerateRunes().All(IsPlain)
            ? (name, null)
            : (null, new("Name", T("Enter a name of at most {0} characters, on one line.", MaxLength)));
    }

    // No line breaks and no characters that change the text direction: names appear in other users' mails and headers.
    private static bool IsPlain(System.Text.Rune rune) => System.Text.Rune.GetUnicodeCategory(rune) is not
        (UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned)
        && rune.Value is not ((>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069) or 0xFFFD);
}
