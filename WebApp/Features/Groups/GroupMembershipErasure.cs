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

/// <summary>Removes a user from every group because their account is erased. Groups they owned get the new owner that the database finds, or are deleted.</summary>
public sealed class GroupMembershipErasure(Outbox outbox, AuditTrail audit, IOptions<AppOptions> app)
{
    /// <summary>Runs in the caller's transaction, also deletes invitations to these normalized addresses, and notifies the new owners by mail.</summary>
    public async Task LeaveAllAsync(AppDbContext db, Guid userId, IReadOnlyCollection<string> addresses, CancellationToken cancel)
    {
        var owned = await db.GroupMembers.Where(m => m.UserId == userId && m.Role == GroupRole.Owner).Select(m => m.GroupId).Order().ToListAsync(cancel);
        await db.Database.ExecuteSqlAsync($"SELECT 1 FROM groups WHERE id = ANY({owned}) ORDER BY id FOR NO KEY UPDATE", cancel);
        await db.GroupInvitations.Where(i => addresses.Contains(i.NormalizedEmail)).ExecuteDeleteAsync(cancel);
        await db.GroupMembers.Where(m => m.UserId == userId).ExecuteDeleteAsync(cancel);
        var newOwners =
            from member in db.GroupMembers
            join grp in db.Groups on member.GroupId equals grp.Id
            join user in db.Users on member.UserId equals user.Id
            where owned.Contains(grp.Id) && member.Role == GroupRole.Owner
            select new { grp.Id, grp.Name, UserId = user.Id, user.Email, user.Language };
        foreach (var newOwner in await newOwners.ToListAsync(cancel))
        {
            using var language = Language.UseForOther(newOwner.Language);
            outbox.Add(db, newOwner.Email!, GroupHandedOverMail.Compose(app.Value, newOwner.Name), GroupHandedOverMail.Kind);
            audit.Add(db, SecurityEventKind.GroupHandedOver, new ClientInfo(null, null), newOwner.UserId, detail: $"{newOwner.Id} {GroupRole.Owner}");
        }
    }
}
