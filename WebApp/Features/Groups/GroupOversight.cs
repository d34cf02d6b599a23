using Microsoft.EntityFrameworkCore;
using WebApp.Features.Audit;
using WebApp.Platform.Data;
using WebApp.Platform.Http;

namespace WebApp.Features.Groups;

/// <summary>Administers all groups, for users with the permission <c>groups.manage</c>; the caller has checked it.</summary>
public sealed class GroupOversight(AppDbContext db, GroupDirectory groups, GroupMembers members, AuditTrail audit)
{
    /// <summary>The number of groups on a page.</summary>
    public const int PageSize = 50;

    /// <summary>Groups whose name, or whose owner's address, contains the query; ordered by name. Pages count from 1.</summary>
    public async Task<IReadOnlyList<GroupSummary>> ListAsync(string? query, int page, CancellationToken cancel)
    {
        var words = query?.Trim().Replace("\\", "\\\\").Replace("%", "\\%").Replace("_", "\\_") ?? "";
        var pattern = $"%{words}%";
        var found = Owned().Where(o => EF.Functions.ILike(o.Group.Name, pattern, "\\") || EF.Functions.ILike(o.Owner.Email!, pattern, "\\"))
            .OrderBy(o => o.Group.Name).ThenBy(o => o.Group.Id);
        return await Summaries(found.Skip(RequestRange.RowsBefore(page, PageSize)).Take(PageSize)).ToListAsync(cancel);
    }

    /// <summary>One group and its members, the owner first; null if it does not exist.</summary>
    public async Task<(GroupSummary Group, IReadOnlyList<MemberView> Members)?> FindAsync(Guid groupId, CancellationToken cancel) =>
        await Summaries(Owned().Where(o => o.Group.Id == groupId)).SingleOrDefaultAsync(cancel) is { } group
            ? (group, await members.ListAllAsync(groupId, cancel))
            : null;

    /// <summary>Renames any group.</summary>
    public async Task<GroupResult> RenameAsync(GroupActor actor, Guid groupId, string? text, CancellationToken cancel)
    {
        var (name, error) = GroupName.Read(text);
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        await db.LockAsync(groupId, actor.UserId, cancel);
        if (!await db.Groups.AnyAsync(g => g.Id == groupId, cancel))
        {
            return new GroupResult.NotFound();
        }

        if (name is null)
        {
            return new GroupResult.Invalid([error!]);
        }

        if (await db.OwnerBeyondAsync(actor, groupId, null, cancel) is { } beyond)
        {
            return beyond;
        }

        await db.Groups.Where(g => g.Id == groupId).ExecuteUpdateAsync(set => set.SetProperty(g => g.Name, name), cancel);
        audit.Add(db, SecurityEventKind.GroupRenamed, actor.Client, actor.UserId, actor.SessionId, groupId.ToString());
        var memberIds = await db.GroupMembers.Where(m => m.GroupId == groupId).Select(m => m.UserId).ToListAsync(cancel);
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        groups.ApplyHere(memberIds);
        return new GroupResult.Done();
    }

    /// <summary>Makes a member the owner of any group; the previous owner becomes one of its administrators.</summary>
    public Task<GroupResult> HandOverAsync(GroupActor actor, Guid groupId, Guid userId, CancellationToken cancel) =>
        members.HandOverAsync(actor, groupId, userId, cancel);

    /// <summary>Deletes any group.</summary>
    public async Task<GroupResult> DeleteAsync(GroupActor actor, Guid groupId, CancellationToken cancel)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        await db.LockAsync(groupId, actor.UserId, cancel);
        if (!await db.Groups.AnyAsync(g => g.Id == groupId, cancel))
        {
            return new GroupResult.NotFound();
        }

        if (await db.OwnerBeyondAsync(actor, groupId, null, cancel) is { } beyond)
        {
            return beyond;
        }

        var memberIds = await groups.DeleteAsync(groupId, actor, cancel);
        audit.Add(db, SecurityEventKind.GroupRemoved, actor.Client, actor.UserId, actor.SessionId, groupId.ToString());
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        groups.ApplyHere(memberIds);
        return new GroupResult.Done();
    }

    private IQueryable<OwnedGroup> Owned() =>
        from grp in db.Groups
        join member in db.GroupMembers on grp.Id equals member.GroupId
        join user in db.Users on member.UserId equals user.Id
        where member.Role == GroupRole.Owner
        select new OwnedGroup { Group = grp, Owner = user };

    private IQueryable<GroupSummary> Summaries(IQueryable<OwnedGroup> owned) => owned.Select(o => new GroupSummary(
        o.Group.Id, o.Group.Name, o.Owner.Id, o.Owner.Email!, db.Set<GroupMember>().Count(m => m.GroupId == o.Group.Id), o.Group.CreatedAt));

    private sealed class OwnedGroup
    {
        public required Group Group { get; init; }

        public required User Owner { get; init; }
    }
}

/// <summary>A group as shown to administrators, who need not be in it.</summary>
/// <param name="Id">The group.</param>
/// <param name="Name">Its name.</param>
/// <param name="OwnerId">The owner.</param>
/// <param name="OwnerEmail">The owner's address.</param>
/// <param name="Members">The number of members.</param>
/// <param name="CreatedAt">When it was created (UTC).</param>
public sealed record GroupSummary(Guid Id, string Name, Guid OwnerId, string OwnerEmail, int Members, DateTimeOffset CreatedAt);
