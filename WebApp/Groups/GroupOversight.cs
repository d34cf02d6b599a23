using Microsoft.EntityFrameworkCore;
using WebApp.Audit;
using WebApp.Data;

namespace WebApp.Groups;

/// <summary>All groups, for whoever has the permission <c>groups.manage</c>; the caller has checked that.</summary>
public sealed class GroupOversight(AppDbContext db, GroupDirectory groups, AuditTrail audit)
{
    /// <summary>How many a page holds.</summary>
    public const int PageSize = 50;

    /// <summary>Those whose name, or whose owner's address, holds the words; by name. Pages count from 1.</summary>
    public async Task<IReadOnlyList<GroupSummary>> ListAsync(string? query, int page, CancellationToken cancel)
    {
        var words = query?.Trim().Replace("\\", "\\\\").Replace("%", "\\%").Replace("_", "\\_") ?? "";
        var pattern = $"%{words}%";
        var found =
            from grp in db.Groups
            join member in db.GroupMembers on grp.Id equals member.GroupId
            join user in db.Users on member.UserId equals user.Id
            where member.Role == GroupRole.Owner && (EF.Functions.ILike(grp.Name, pattern, "\\") || EF.Functions.ILike(user.Email!, pattern, "\\"))
            orderby grp.Name, grp.Id
            select new GroupSummary(grp.Id, grp.Name, user.Id, user.Email!, db.Set<GroupMember>().Count(m => m.GroupId == grp.Id), grp.CreatedAt);
        return await found.Skip((Math.Max(page, 1) - 1) * PageSize).Take(PageSize).ToListAsync(cancel);
    }

    /// <summary>Deletes one, whoever's it is. False where it is gone.</summary>
    public async Task<bool> DeleteAsync(GroupActor actor, Guid groupId, CancellationToken cancel)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        await db.LockAsync(groupId, actor.UserId, cancel);
        if (!await db.Groups.AnyAsync(g => g.Id == groupId, cancel))
        {
            return false;
        }

        var members = await groups.DeleteAsync(groupId, actor, cancel);
        audit.Add(db, SecurityEventKind.GroupRemoved, actor.Client, actor.UserId, actor.SessionId, groupId.ToString());
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        groups.ToldHere(members);
        return true;
    }
}
