using Microsoft.EntityFrameworkCore;
using WebApp.Features.Roles;
using WebApp.Features.Sessions;
using WebApp.Platform.Data;
using WebApp.Platform.Http.Client;

namespace WebApp.Features.Groups;

/// <summary>Reads a user's role in a group from the database.</summary>
internal static class GroupAccess
{
    extension(AppDbContext db)
    {
        /// <summary>The user's role; null if they are not a member, or if the group does not exist.</summary>
        public Task<string?> RoleInAsync(Guid groupId, Guid userId, CancellationToken cancel) =>
            db.GroupMembers.Where(m => m.GroupId == groupId && m.UserId == userId).Select(m => m.Role).SingleOrDefaultAsync(cancel);

        /// <summary>
        /// The same, after every other change of this group is done; later changes wait until the caller's transaction ends. Callers that also lock a
        /// user's row must do so first. The role is read by a separate statement: a statement that waits for a lock sees older versions of other rows.
        /// </summary>
        public async Task<string?> LockAsync(Guid groupId, Guid userId, CancellationToken cancel)
        {
            await db.Database.ExecuteSqlAsync($"SELECT 1 FROM groups WHERE id = {groupId} FOR NO KEY UPDATE", cancel);
            return await db.RoleInAsync(groupId, userId, cancel);
        }

        /// <summary>
        /// Why an administrator may not act on a group: its owner, or the member who becomes owner, has more permissions. Acts on a group affect them. Null
        /// if there is no obstacle.
        /// </summary>
        public async Task<GroupResult?> OwnerBeyondAsync(GroupActor actor, Guid groupId, Guid? newOwner, CancellationToken cancel)
        {
            var concerned = db.GroupMembers.Where(m => m.GroupId == groupId && (m.Role == GroupRole.Owner || m.UserId == newOwner)).Select(m => m.UserId);
            return await AccountReach.IsBeyondAsync(db, new RoleActor(actor.UserId, actor.SessionId), concerned, cancel)
                ? new GroupResult.Forbidden(T("The owner of this group, or whom it would be handed to, has permissions that you do not have."))
                : null;
        }

        /// <summary>Whether a user has the maximum number of groups. The caller has locked their row, so that their parallel requests wait for each other.</summary>
        public async Task<bool> HasTooManyGroupsAsync(Guid userId, CancellationToken cancel) =>
            await db.GroupMembers.CountAsync(m => m.UserId == userId, cancel) >= GroupDirectory.MaxGroups;
    }
}

/// <summary>The user who acts on a group.</summary>
/// <param name="UserId">The user.</param>
/// <param name="SessionId">Their session; null for an API token.</param>
/// <param name="Client">The client.</param>
public sealed record GroupActor(Guid UserId, Guid? SessionId, ClientInfo Client)
{
    /// <summary>The signed-in user of a request.</summary>
    public static GroupActor FromRequest(HttpContext context) => new(context.User.UserId, context.User.SessionId, ClientInfo.FromRequest(context));
}
