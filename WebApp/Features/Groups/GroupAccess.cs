using Microsoft.EntityFrameworkCore;
using WebApp.Features.Roles;
using WebApp.Features.Sessions;
using WebApp.Platform.Data;
using WebApp.Platform.Http.Client;

namespace WebApp.Features.Groups;

/// <summary>What somebody is in a group, as the database says it.</summary>
internal static class GroupAccess
{
    extension(AppDbContext db)
    {
        /// <summary>Their role; null where they are not in it, or it is not there.</summary>
        public Task<string?> RoleInAsync(Guid groupId, Guid userId, CancellationToken cancel) =>
            db.GroupMembers.Where(m => m.GroupId == groupId && m.UserId == userId).Select(m => m.Role).SingleOrDefaultAsync(cancel);

        /// <summary>
        /// The same, once every other change of this group is done; the next ones wait until the caller's transaction ends. Whoever locks a user's row as
        /// well does so before. The role is read by a
        /// statement of its own: one that waits for a lock sees other rows as they were before.
        /// </summary>
        public async Task<string?> LockAsync(Guid groupId, Guid userId, CancellationToken cancel)
        {
            await db.Database.ExecuteSqlAsync($"SELECT 1 FROM groups WHERE id = {groupId} FOR NO KEY UPDATE", cancel);
            return await db.RoleInAsync(groupId, userId, cancel);
        }

        /// <summary>
        /// Why an overseer may not act on a group: its owner may do more than they may, or the member it is handed to. What is done to a group is done
        /// to them. Null where nothing is in the way.
        /// </summary>
        public async Task<GroupResult?> OwnerBeyondAsync(GroupActor actor, Guid groupId, Guid? heir, CancellationToken cancel)
        {
            var concerned = db.GroupMembers.Where(m => m.GroupId == groupId && (m.Role == GroupRole.Owner || m.UserId == heir)).Select(m => m.UserId);
            return await AccountReach.IsBeyondAsync(db, new RoleActor(actor.UserId, actor.SessionId), concerned, cancel)
                ? new GroupResult.Forbidden("The owner of this group, or whom it would be handed to, may do more than you may yourself.")
                : null;
        }

        /// <summary>Whether somebody is in as many groups as can be. The caller has locked their row, so that parallel requests of theirs wait for each other.</summary>
        public async Task<bool> HasTooManyGroupsAsync(Guid userId, CancellationToken cancel) =>
            await db.GroupMembers.CountAsync(m => m.UserId == userId, cancel) >= GroupDirectory.MaxGroups;
    }
}

/// <summary>Who does something with a group.</summary>
/// <param name="UserId">The user.</param>
/// <param name="SessionId">Their session; null for an API token.</param>
/// <param name="Client">Where from.</param>
public sealed record GroupActor(Guid UserId, Guid? SessionId, ClientInfo Client)
{
    /// <summary>The signed-in user of a request.</summary>
    public static GroupActor FromRequest(HttpContext context) => new(context.User.UserId, context.User.SessionId, ClientInfo.FromRequest(context));
}
