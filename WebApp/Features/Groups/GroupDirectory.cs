using Microsoft.EntityFrameworkCore;
using WebApp.Features.Audit;
using WebApp.Features.Sessions;
using WebApp.Platform.Changes;
using WebApp.Platform.Data;
using WebApp.Platform.Http;
using WebApp.Platform.Http.Client;

namespace WebApp.Features.Groups;

/// <summary>Lists, creates, renames and deletes a user's groups. A group that the user is not in gives "not found".</summary>
public sealed class GroupDirectory(AppDbContext db, AuditTrail audit, ChangeFeed feed, TimeProvider clock)
{
    /// <summary>The maximum number of groups of a user; each of their requests carries the list.</summary>
    public const int MaxGroups = 50;

    /// <summary>The groups of a user, by name.</summary>
    public async Task<IReadOnlyList<GroupView>> ListAsync(Guid userId, CancellationToken cancel) => await Views(db.GroupMembers.Where(m => m.UserId == userId)).ToListAsync(cancel);

    /// <summary>One group; null if the user is not in it.</summary>
    public Task<GroupView?> FindAsync(Guid userId, Guid groupId, CancellationToken cancel) =>
        Views(db.GroupMembers.Where(m => m.UserId == userId && m.GroupId == groupId)).SingleOrDefaultAsync(cancel);

    /// <summary>Creates a group, with the actor as its owner.</summary>
    public Task<GroupResult> CreateAsync(GroupActor actor, string? text, CancellationToken cancel) =>
        db.RetryAsync(() => CreateOnceAsync(actor, text, cancel));

    private async Task<GroupResult> CreateOnceAsync(GroupActor actor, string? text, CancellationToken cancel)
    {
        if (GroupName.Read(text) is not ({ } name, _))
        {
            return new GroupResult.Invalid([GroupName.Read(text).Error!]);
        }

        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        await AccountLock.TakeAsync(db, actor.UserId, cancel);
        if (await db.HasTooManyGroupsAsync(actor.UserId, cancel))
        {
            return new GroupResult.Conflict(T("You are in {0} groups, as many as one can be in. Leave one first.", MaxGroups));
        }

        var group = new Group { Name = name, CreatedAt = clock.GetUtcNow() };
        db.Groups.Add(group);
        db.GroupMembers.Add(new() { GroupId = group.Id, UserId = actor.UserId, Role = GroupRole.Owner, JoinedAt = group.CreatedAt });
        audit.Add(db, SecurityEventKind.GroupCreated, actor.Client, actor.UserId, actor.SessionId, group.Id.ToString());
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        feed.ApplyHere(Topics.UserChanged, actor.UserId.ToString());
        return new GroupResult.Saved(new(group.Id, name, GroupRole.Owner, 1, group.CreatedAt));
    }

    /// <summary>Renames a group.</summary>
    public Task<GroupResult> RenameAsync(GroupActor actor, Guid groupId, string? text, CancellationToken cancel) =>
        db.RetryAsync(() => RenameOnceAsync(actor, groupId, text, cancel));

    private async Task<GroupResult> RenameOnceAsync(GroupActor actor, Guid groupId, string? text, CancellationToken cancel)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var role = await db.LockAsync(groupId, actor.UserId, cancel);
        if (role is null || !GroupRole.Manages(role))
        {
            return role is null ? new GroupResult.NotFound() : new GroupResult.Forbidden(T("Only the owner and the administrators rename a group."));
        }

        if (GroupName.Read(text) is not ({ } name, _))
        {
            return new GroupResult.Invalid([GroupName.Read(text).Error!]);
        }

        await db.Groups.Where(g => g.Id == groupId).ExecuteUpdateAsync(set => set.SetProperty(g => g.Name, name), cancel);
        audit.Add(db, SecurityEventKind.GroupRenamed, actor.Client, actor.UserId, actor.SessionId, groupId.ToString());
        await db.SaveChangesAsync(cancel);
        var members = await MemberIdsAsync(groupId, cancel);
        await transaction.CommitAsync(cancel);
        ApplyHere(members);
        return new GroupResult.Saved((await FindAsync(actor.UserId, groupId, cancel))!);
    }

    /// <summary>Deletes a group, with its memberships and invitations. Only its owner can.</summary>
    public Task<GroupResult> DeleteAsync(GroupActor actor, Guid groupId, CancellationToken cancel) =>
        db.RetryAsync(() => DeleteOnceAsync(actor, groupId, cancel));

    private async Task<GroupResult> DeleteOnceAsync(GroupActor actor, Guid groupId, CancellationToken cancel)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var role = await db.LockAsync(groupId, actor.UserId, cancel);
        if (role != GroupRole.Owner)
        {
            return role is null ? new GroupResult.NotFound() : new GroupResult.Forbidden(T("Only its owner deletes a group."));
        }

        var members = await DeleteAsync(groupId, actor, cancel);
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        ApplyHere(members);
        return new GroupResult.Done();
    }

    /// <summary>Deletes a locked group in the caller's transaction, and records it for every member. Returns the members for <see cref="ApplyHere"/>.</summary>
    internal async Task<List<Guid>> DeleteAsync(Guid groupId, GroupActor actor, CancellationToken cancel)
    {
        var members = await MemberIdsAsync(groupId, cancel);
        foreach (var member in members)
        {
            // Other members see the event without the actor's client.
            var own = member == actor.UserId;
            audit.Add(db, SecurityEventKind.GroupDeleted, own ? actor.Client : ClientInfo.By(actor.UserId), member, own ? actor.SessionId : null, groupId.ToString());
        }

        await db.Groups.Where(g => g.Id == groupId).ExecuteDeleteAsync(cancel);
        return members;
    }

    /// <summary>Clears these users from this node's memory at once; the other nodes are notified by the database.</summary>
    internal void ApplyHere(IEnumerable<Guid> users)
    {
        foreach (var user in users)
        {
            feed.ApplyHere(Topics.UserChanged, user.ToString());
        }
    }

    private Task<List<Guid>> MemberIdsAsync(Guid groupId, CancellationToken cancel) =>
        db.GroupMembers.Where(m => m.GroupId == groupId).Select(m => m.UserId).ToListAsync(cancel);

    private IQueryable<GroupView> Views(IQueryable<GroupMember> memberships) =>
        from member in memberships
        join grp in db.Groups on member.GroupId equals grp.Id
        orderby grp.Name, grp.Id
        select new GroupView(grp.Id, grp.Name, member.Role, db.Set<GroupMember>().Count(m => m.GroupId == grp.Id), grp.CreatedAt);
}

/// <summary>The result of an action on a group.</summary>
public abstract record GroupResult
{
    private GroupResult()
    {
    }

    /// <summary>The action was done.</summary>
    public sealed record Done : GroupResult;

    /// <summary>The group's current state.</summary>
    public sealed record Saved(GroupView Group) : GroupResult;

    /// <summary>The member's current state.</summary>
    public sealed record Changed(MemberView Member) : GroupResult;

    /// <summary>The mail is queued.</summary>
    public sealed record Invited(InvitationView Invitation) : GroupResult;

    /// <summary>It does not exist, or the actor is not in the group.</summary>
    public sealed record NotFound : GroupResult;

    /// <summary>The actor's role in the group does not allow it.</summary>
    public sealed record Forbidden(string Reason) : GroupResult;

    /// <summary>A field is wrong.</summary>
    public sealed record Invalid(IReadOnlyList<FieldError> Errors) : GroupResult;

    /// <summary>Not possible in the current state.</summary>
    public sealed record Conflict(string Reason) : GroupResult;

    /// <summary>Too many invitations recently.</summary>
    public sealed record TooMany(TimeSpan Wait) : GroupResult;

    /// <summary>The link or code belongs to no open invitation: wrong, used, revoked or expired.</summary>
    public sealed record NotProven : GroupResult;
}

/// <summary>A group as shown to a member.</summary>
/// <param name="Id">The group.</param>
/// <param name="Name">Its name.</param>
/// <param name="Role">The member's role.</param>
/// <param name="Members">The number of members.</param>
/// <param name="CreatedAt">When it was created (UTC).</param>
public sealed record GroupView(Guid Id, string Name, string Role, int Members, DateTimeOffset CreatedAt);
