using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WebApp.Features.Audit;
using WebApp.Platform.Data;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Mail;
using WebApp.Platform.Mail.Messages;
using WebApp.Platform.Startup;
using WebApp.Platform.Text;

namespace WebApp.Features.Groups;

/// <summary>Lists, promotes and removes the members of a group. Changes of one group wait for each other, so it has one owner at all times.</summary>
public sealed class GroupMembers(AppDbContext db, GroupDirectory groups, Outbox outbox, AuditTrail audit, IOptions<AppOptions> app, TimeProvider clock)
{
    /// <summary>The owner first, then administrators, then by name; null if the viewer is not in the group.</summary>
    public async Task<IReadOnlyList<MemberView>?> ListAsync(Guid viewer, Guid groupId, CancellationToken cancel)
    {
        if (await db.RoleInAsync(groupId, viewer, cancel) is not { } role)
        {
            return null;
        }

        var rows = await Rows(groupId).ToListAsync(cancel);
        return Sorted(rows.Select(row => View(row, GroupRole.Manages(role) || row.User.Id == viewer)));
    }

    /// <summary>The same for an administrator of all groups.</summary>
    internal async Task<IReadOnlyList<MemberView>> ListAllAsync(Guid groupId, CancellationToken cancel) =>
        Sorted((await Rows(groupId).ToListAsync(cancel)).Select(row => View(row, withEmail: true)));

    /// <summary>Gives a group another owner, for an administrator of all groups, who need not be in it.</summary>
    internal async Task<GroupResult> HandOverAsync(GroupActor actor, Guid groupId, Guid userId, CancellationToken cancel)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        await db.LockAsync(groupId, actor.UserId, cancel);
        if (await db.OwnerBeyondAsync(actor, groupId, userId, cancel) is { } beyond)
        {
            return beyond;
        }

        var (owner, newOwner) = (
            await Rows(groupId).SingleOrDefaultAsync(r => r.Member.Role == GroupRole.Owner, cancel),
            await Rows(groupId).SingleOrDefaultAsync(r => r.User.Id == userId, cancel));
        if (owner is null || newOwner is null || newOwner.Member.Role == GroupRole.Owner)
        {
            return new GroupResult.NotFound();
        }

        if (IsClosed(newOwner))
        {
            return Closed;
        }

        await SetAsync(groupId, owner.User.Id, GroupRole.Admin, cancel);
        await SetAsync(groupId, userId, GroupRole.Owner, cancel);
        await AddHandedOverMailAsync(groupId, newOwner.User, cancel);
        foreach (var (member, role) in new[] { (owner.User.Id, GroupRole.Admin), (userId, GroupRole.Owner) })
        {
            audit.Add(db, SecurityEventKind.GroupHandedOver, member == actor.UserId ? actor.Client : ClientInfo.By(actor.UserId), member, detail: $"{groupId} {role}");
        }

        if (actor.UserId != owner.User.Id && actor.UserId != userId)
        {
            audit.Add(db, SecurityEventKind.GroupHandedOver, actor.Client, actor.UserId, actor.SessionId, groupId.ToString());
        }

        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        groups.ApplyHere([owner.User.Id, userId]);
        return new GroupResult.Done();
    }

    /// <summary>Makes a member an administrator or an administrator a member. With <c>owner</c>, makes the member the owner. Only the owner can.</summary>
    public async Task<GroupResult> ChangeRoleAsync(GroupActor actor, Guid groupId, Guid userId, string? role, CancellationToken cancel)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var own = await db.LockAsync(groupId, actor.UserId, cancel);
        var row = own is null ? null : await Rows(groupId).SingleOrDefaultAsync(r => r.User.Id == userId, cancel);
        if (row is null)
        {
            return new GroupResult.NotFound();
        }

        if (Obstacle(actor, own!, row, role) is { } obstacle)
        {
            return obstacle;
        }

        if (row.Member.Role != role)
        {
            await SaveRoleAsync(actor, row, role!, cancel);
            await db.SaveChangesAsync(cancel);
            await transaction.CommitAsync(cancel);
            groups.ApplyHere([actor.UserId, userId]);
        }

        return new GroupResult.Changed(View(row, withEmail: true) with { Role = role! });
    }

    /// <summary>
    /// Removes a member, who is notified by mail; or, for the actor themselves, leaves. An owner cannot leave: the group must first get another owner or be
    /// deleted.
    /// </summary>
    public async Task<GroupResult> RemoveAsync(GroupActor actor, Guid groupId, Guid userId, CancellationToken cancel)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var own = await db.LockAsync(groupId, actor.UserId, cancel);
        var row = own is null ? null : await Rows(groupId).SingleOrDefaultAsync(r => r.User.Id == userId, cancel);
        if (row is null)
        {
            return new GroupResult.NotFound();
        }

        var leaves = actor.UserId == userId;
        if (leaves && own == GroupRole.Owner)
        {
            return new GroupResult.Conflict(T("A group has an owner. Hand it over first, or delete it."));
        }

        if (!leaves && !GroupRole.IsAbove(own!, row.Member.Role))
        {
            return new GroupResult.Forbidden(T("You cannot remove this member."));
        }

        await db.GroupMembers.Where(m => m.GroupId == groupId && m.UserId == userId).ExecuteDeleteAsync(cancel);
        audit.Add(db, leaves ? SecurityEventKind.GroupLeft : SecurityEventKind.GroupMemberRemoved, actor.Client, actor.UserId, actor.SessionId, groupId.ToString());
        if (!leaves)
        {
            audit.Add(db, SecurityEventKind.GroupMemberRemoved, ClientInfo.By(actor.UserId), userId, detail: groupId.ToString());
            var name = await NameAsync(groupId, cancel);
            using var language = Language.UseForOther(row.User.Language);
            outbox.Add(db, row.User.Email!, GroupRemovedMail.Compose(app.Value, name), GroupRemovedMail.Kind);
        }

        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        groups.ApplyHere([userId]);
        return new GroupResult.Done();
    }

    private GroupResult? Obstacle(GroupActor actor, string own, Row row, string? role) =>
        own != GroupRole.Owner ? new GroupResult.Forbidden(T("Only the owner says who is what in a group."))
        : role is not (GroupRole.Owner or GroupRole.Admin or GroupRole.Member) ? new GroupResult.Invalid([new("Role", T("Choose owner, admin or member."))])
        : row.User.Id == actor.UserId && role != GroupRole.Owner ? new GroupResult.Conflict(T("A group has an owner. Hand it over to someone else."))
        : role == GroupRole.Owner && IsClosed(row) ? Closed
        : null;

    private static GroupResult.Conflict Closed => new(T("That account is closed."));

    private bool IsClosed(Row row) => row.User.DeletionRequestedAt is not null || row.User.IsDisabled(clock.GetUtcNow());

    private static MemberView[] Sorted(IEnumerable<MemberView> members) =>
    [
        .. members.OrderByDescending(m => m.Role == GroupRole.Owner).ThenByDescending(m => m.Role == GroupRole.Admin)
            .ThenBy(m => m.Name, StringComparer.CurrentCultureIgnoreCase),
    ];

    private async Task SaveRoleAsync(GroupActor actor, Row row, string role, CancellationToken cancel)
    {
        var (groupId, handsOver) = (row.Member.GroupId, role == GroupRole.Owner);
        if (handsOver)
        {
            // The old owner first: the index never allows two owners, even for a moment.
            await SetAsync(groupId, actor.UserId, GroupRole.Admin, cancel);
            await AddHandedOverMailAsync(groupId, row.User, cancel);
        }

        await SetAsync(groupId, row.User.Id, role, cancel);
        var kind = handsOver ? SecurityEventKind.GroupHandedOver : SecurityEventKind.GroupRoleChanged;
        audit.Add(db, kind, actor.Client, actor.UserId, actor.SessionId, groupId.ToString());
        audit.Add(db, kind, ClientInfo.By(actor.UserId), row.User.Id, detail: $"{groupId} {role}");
    }

    private async Task AddHandedOverMailAsync(Guid groupId, User newOwner, CancellationToken cancel)
    {
        var name = await NameAsync(groupId, cancel);
        using var language = Language.UseForOther(newOwner.Language);
        outbox.Add(db, newOwner.Email!, GroupHandedOverMail.Compose(app.Value, name), GroupHandedOverMail.Kind);
    }

    private Task<int> SetAsync(Guid groupId, Guid userId, string role, CancellationToken cancel) =>
        db.GroupMembers.Where(m => m.GroupId == groupId && m.UserId == userId).ExecuteUpdateAsync(set => set.SetProperty(m => m.Role, role), cancel);

    private Task<string> NameAsync(Guid groupId, CancellationToken cancel) =>
        db.Groups.Where(g => g.Id == groupId).Select(g => g.Name).SingleAsync(cancel);

    private IQueryable<Row> Rows(Guid groupId) => db.GroupMembers.AsNoTracking().Where(m => m.GroupId == groupId)
        .Join(db.Users.AsNoTracking(), m => m.UserId, u => u.Id, (m, u) => new Row { Member = m, User = u });

    private static MemberView View(Row row, bool withEmail) =>
        new(row.User.Id, row.User.NameOrEmail, withEmail ? row.User.Email : null, row.Member.Role, row.Member.JoinedAt);

    private sealed class Row
    {
        public required GroupMember Member { get; init; }

        public required User User { get; init; }
    }
}

/// <summary>The roles in a group.</summary>
public static class GroupRole
{
    /// <summary>May do everything: exactly one in each group.</summary>
    public const string Owner = "owner";

    /// <summary>Renames the group, invites and removes members; cannot change the owner or other administrators.</summary>
    public const string Admin = "admin";

    /// <summary>Sees the members of the group.</summary>
    public const string Member = "member";

    /// <summary>Whether a role may invite and remove.</summary>
    public static bool Manages(string role) => role is Owner or Admin;

    /// <summary>Whether a role may invite, remove or revoke the invitation of another: owners for all roles below, administrators for members.</summary>
    public static bool IsAbove(string role, string other) => role == Owner ? other != Owner : role == Admin && other == Member;
}
