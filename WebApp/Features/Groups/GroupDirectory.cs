using Microsoft.EntityFrameworkCore;
using WebApp.Features.Audit;
using WebApp.Features.Sessions;
using WebApp.Platform.Changes;
using WebApp.Platform.Data;
using WebApp.Platform.Http;
using WebApp.Platform.Http.Client;

namespace WebApp.Features.Groups;

/// <summary>Somebody's groups: listed, made, renamed, deleted. A group one is not in is not there.</summary>
public sealed class GroupDirectory(AppDbContext db, AuditTrail audit, ChangeFeed feed, TimeProvider clock)
{
    /// <summary>How many groups somebody can be in; each request of theirs carries the list.</summary>
    public const int MaxGroups = 50;

    /// <summary>The groups of a user, by name.</summary>
    public async Task<IReadOnlyList<GroupView>> ListAsync(Guid userId, CancellationToken cancel) => await Views(db.GroupMembers.Where(m => m.UserId == userId)).ToListAsync(cancel);

    /// <summary>One of them; null where they are not in it.</summary>
    public Task<GroupView?> FindAsync(Guid userId, Guid groupId, CancellationToken cancel) =>
        Views(db.GroupMembers.Where(m => m.UserId == userId && m.GroupId == groupId)).SingleOrDefaultAsync(cancel);

    /// <summary>Makes one, with the actor as its owner.</summary>
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
            return new GroupResult.Conflict($"You are in {MaxGroups} groups, as many as one can be in. Leave one first.");
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

    /// <summary>Renames one.</summary>
    public Task<GroupResult> RenameAsync(GroupActor actor, Guid groupId, string? text, CancellationToken cancel) =>
        db.RetryAsync(() => RenameOnceAsync(actor, groupId, text, cancel));

    private async Task<GroupResult> RenameOnceAsync(GroupActor actor, Guid groupId, string? text, CancellationToken cancel)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var role = await db.LockAsync(groupId, actor.UserId, cancel);
        if (role is null || !GroupRole.Manages(role))
        {
            return role is null ? new GroupResult.NotFound() : new GroupResult.Forbidden("Only the owner and the administrators rename a group.");
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

    /// <summary>Deletes one, with its memberships and invitations. Only its owner can.</summary>
    public Task<GroupResult> DeleteAsync(GroupActor actor, Guid groupId, CancellationToken cancel) =>
        db.RetryAsync(() => DeleteOnceAsync(actor, groupId, cancel));

    private async Task<GroupResult> DeleteOnceAsync(GroupActor actor, Guid groupId, CancellationToken cancel)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var role = await db.LockAsync(groupId, actor.UserId, cancel);
        if (role != GroupRole.Owner)
        {
            return role is null ? new GroupResult.NotFound() : new GroupResult.Forbidden("Only its owner deletes a group.");
        }

        var members = await DeleteAsync(groupId, actor, cancel);
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        ApplyHere(members);
        return new GroupResult.Done();
    }

    /// <summary>Deletes a locked group in the caller's transaction, and notes it for everybody who was in it. The caller passes them to <see cref="ApplyHere"/>.</summary>
    internal async Task<List<Guid>> DeleteAsync(Guid groupId, GroupActor actor, CancellationToken cancel)
    {
        var members = await MemberIdsAsync(groupId, cancel);
        foreach (var member in members)
        {
            // Others read that it happened, not from where.
            var own = member == actor.UserId;
            audit.Add(db, SecurityEventKind.GroupDeleted, own ? actor.Client : ClientInfo.By(actor.UserId), member, own ? actor.SessionId : null, groupId.ToString());
        }

        await db.Groups.Where(g => g.Id == groupId).ExecuteDeleteAsync(cancel);
        return members;
    }

    /// <summary>Makes this node forget at once what it knows of these users; the others learn of it from the database.</summary>
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

/// <summary>What became of something done with a group.</summary>
public abstract record GroupResult
{
    private GroupResult()
    {
    }

    /// <summary>It is done.</summary>
    public sealed record Done : GroupResult;

    /// <summary>The group as it is now.</summary>
    public sealed record Saved(GroupView Group) : GroupResult;

    /// <summary>The member as they are now.</summary>
    public sealed record Changed(MemberView Member) : GroupResult;

    /// <summary>The mail is on its way.</summary>
    public sealed record Invited(InvitationView Invitation) : GroupResult;

    /// <summary>There is no such thing, or the group is none of the actor's.</summary>
    public sealed record NotFound : GroupResult;

    /// <summary>The actor's role in the group does not allow it.</summary>
    public sealed record Forbidden(string Reason) : GroupResult;

    /// <summary>A field is wrong.</summary>
    public sealed record Invalid(IReadOnlyList<FieldError> Errors) : GroupResult;

    /// <summary>Not possible as things stand.</summary>
    public sealed record Conflict(string Reason) : GroupResult;

    /// <summary>Too many invitations lately.</summary>
    public sealed record TooMany(TimeSpan Wait) : GroupResult;

    /// <summary>The link or code is of no invitation that waits: wrong, used, taken back or too old.</summary>
    public sealed record NotProven : GroupResult;
}

/// <summary>A group as somebody in it sees it.</summary>
/// <param name="Id">The group.</param>
/// <param name="Name">What it is called.</param>
/// <param name="Role">What they are in it.</param>
/// <param name="Members">How many are in it.</param>
/// <param name="CreatedAt">When it was made (UTC).</param>
public sealed record GroupView(Guid Id, string Name, string Role, int Members, DateTimeOffset CreatedAt);
