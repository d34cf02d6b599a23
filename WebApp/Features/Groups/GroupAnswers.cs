using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using WebApp.Features.Audit;
using WebApp.Features.Sessions;
using WebApp.Platform.Data;

namespace WebApp.Features.Groups;

/// <summary>
/// Answers to invitations. Only the account with the invited and confirmed address can answer: a mail that was forwarded, or read by another person, gives
/// nobody else access. The link and the code only find the invitation; the account decides.
/// </summary>
public sealed class GroupAnswers(AppDbContext db, InvitationSecrets secrets, GroupDirectory groups, AuditTrail audit, TimeProvider clock)
{
    private const int MaxMembers = 1000;

    /// <summary>The invitation of a link's token; null if it is used, revoked or expired.</summary>
    public Task<ReceivedInvitation?> FindAsync(string token, CancellationToken cancel)
    {
        var hash = InvitationSecrets.TokenHash(token);
        return Views(Live().Where(i => i.TokenHash == hash)).SingleOrDefaultAsync(cancel);
    }

    /// <summary>The invitations that a user can answer, by their confirmed address.</summary>
    public async Task<IReadOnlyList<ReceivedInvitation>> ListAsync(Guid userId, CancellationToken cancel)
    {
        var address = await AddressAsync(userId, cancel);
        return address is null ? [] : await Views(Live().Where(i => i.NormalizedEmail == address)).ToListAsync(cancel);
    }

    /// <summary>Adds the actor to the group. Of several concurrent requests one does it, and deletes the invitation.</summary>
    public async Task<GroupResult> AcceptAsync(GroupActor actor, InvitationProof proof, CancellationToken cancel)
    {
        if (await ProveAsync(actor.UserId, proof, cancel) is not { Found: { } invitation } proven)
        {
            return new GroupResult.NotProven();
        }

        if (!proven.IsOwn)
        {
            return new GroupResult.Forbidden(T("The invitation went to another address. Sign in with the account that has it, or ask to be invited at yours."));
        }

        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        await AccountLock.TakeAsync(db, actor.UserId, cancel);
        var role = await db.LockAsync(invitation.GroupId, actor.UserId, cancel);
        if (!await SpendAsync(invitation.Id, cancel))
        {
            return new GroupResult.NotProven();
        }

        if (role is null)
        {
            // If there is no room, nothing is committed, and the invitation stays open.
            if (await db.HasTooManyGroupsAsync(actor.UserId, cancel) || await db.GroupMembers.CountAsync(m => m.GroupId == invitation.GroupId, cancel) >= MaxMembers)
            {
                return new GroupResult.Conflict(T("A group has at most {0} members, and a user can be in at most {1} groups.", MaxMembers, GroupDirectory.MaxGroups));
            }

            db.GroupMembers.Add(new() { GroupId = invitation.GroupId, UserId = actor.UserId, Role = invitation.Role, JoinedAt = clock.GetUtcNow() });
        }

        audit.Add(db, SecurityEventKind.GroupJoined, actor.Client, actor.UserId, actor.SessionId, invitation.GroupId.ToString());
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        groups.ApplyHere([actor.UserId]);
        return await groups.FindAsync(actor.UserId, invitation.GroupId, cancel) is { } group ? new GroupResult.Saved(group) : new GroupResult.NotProven();
    }

    /// <summary>Declines an invitation. Nobody is notified; the group's owner may invite again.</summary>
    public async Task<GroupResult> DeclineAsync(GroupActor actor, InvitationProof proof, CancellationToken cancel)
    {
        if (await ProveAsync(actor.UserId, proof, cancel) is not { Found: { } invitation, IsOwn: true })
        {
            return new GroupResult.NotProven();
        }

        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        if (!await SpendAsync(invitation.Id, cancel))
        {
            return new GroupResult.NotProven();
        }

        audit.Add(db, SecurityEventKind.GroupInvitationDeclined, actor.Client, actor.UserId, actor.SessionId, invitation.GroupId.ToString());
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return new GroupResult.Done();
    }

    private async Task<(GroupInvitation? Found, bool IsOwn)?> ProveAsync(Guid userId, InvitationProof proof, CancellationToken cancel)
    {
        var address = await AddressAsync(userId, cancel);
        switch (proof)
        {
            case InvitationProof.ByToken(var token):
                var hash = InvitationSecrets.TokenHash(token);
                var found = await Live().SingleOrDefaultAsync(i => i.TokenHash == hash, cancel);
                return (found, found?.NormalizedEmail == address);
            case InvitationProof.ById(var id):
                return (await Live().SingleOrDefaultAsync(i => i.Id == id && i.NormalizedEmail == address, cancel), true);
            case InvitationProof.ByCode(var code):
                return (await FindByCodeAsync(userId, address, code, cancel), true);
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    // One statement counts the try on all open invitations for this address; twenty parallel requests are counted twenty times. The user's row is locked
    // first, as everywhere, and the invitations in a fixed order.
    private async Task<GroupInvitation?> FindByCodeAsync(Guid userId, string? address, string code, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var tried = await db.GroupInvitations.FromSql($"""
            WITH invited AS MATERIALIZED (SELECT id FROM users WHERE id = {userId} FOR SHARE)
            UPDATE group_invitations SET code_tries = code_tries + 1
            WHERE id IN (
                SELECT i.id FROM invited CROSS JOIN group_invitations i
                WHERE i.normalized_email = {address} AND i.expires_at > {now} AND i.code_tries < {InvitationSecrets.MaxCodeTries}
                ORDER BY i.id FOR UPDATE OF i)
            RETURNING *
            """).AsNoTracking().ToListAsync(cancel);
        return tried.Find(invitation => CryptographicOperations.FixedTimeEquals(invitation.CodeHash, secrets.CodeHash(invitation.Id, code)));
    }

    private async Task<bool> SpendAsync(Guid id, CancellationToken cancel) => await Live().Where(i => i.Id == id).ExecuteDeleteAsync(cancel) == 1;

    private Task<string?> AddressAsync(Guid userId, CancellationToken cancel) =>
        db.Users.Where(u => u.Id == userId && u.EmailConfirmed).Select(u => u.NormalizedEmail).SingleOrDefaultAsync(cancel);

    private IQueryable<GroupInvitation> Live()
    {
        var now = clock.GetUtcNow();
        return db.GroupInvitations.AsNoTracking().Where(i => i.ExpiresAt > now);
    }

    private IQueryable<ReceivedInvitation> Views(IQueryable<GroupInvitation> invitations) =>
        from invitation in invitations
        join grp in db.Groups on invitation.GroupId equals grp.Id
        orderby invitation.CreatedAt descending
        select new ReceivedInvitation(
            invitation.Id,
            grp.Name,
            invitation.Role,
            invitation.Email,
            db.Users.Where(u => u.Id == invitation.InvitedBy).Select(u => string.IsNullOrEmpty(u.DisplayName) ? u.Email : u.DisplayName).SingleOrDefault(),
            invitation.ExpiresAt);
}

/// <summary>An invitation as shown to its recipient.</summary>
/// <param name="Id">The invitation.</param>
/// <param name="Group">The group's name.</param>
/// <param name="Role">The role of the future member.</param>
/// <param name="Email">The invited address.</param>
/// <param name="InvitedBy">The user who sent the invitation; null if the account does not exist any more.</param>
/// <param name="ExpiresAt">When it expires (UTC).</param>
public sealed record ReceivedInvitation(Guid Id, string Group, string Role, string Email, string? InvitedBy, DateTimeOffset ExpiresAt);
