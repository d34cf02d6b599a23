using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WebApp.Features.Audit;
using WebApp.Features.Lockout;
using WebApp.Platform.Data;
using WebApp.Platform.Data.Encryption;
using WebApp.Platform.Mail;
using WebApp.Platform.Mail.Messages;
using WebApp.Platform.Startup;
using WebApp.Platform.Text;

namespace WebApp.Features.Groups;

/// <summary>Sends, lists and revokes a group's invitations. The answer never shows whether an address has an account.</summary>
public sealed class GroupInvitations(
    AppDbContext db, InvitationSecrets secrets, Attempts attempts, MailLimits limits, Outbox outbox, AuditTrail audit, IOptions<AppOptions> app, TimeProvider clock)
{
    private const int MaxWaiting = 100;
    private const int GroupLimit = 30;
    private const int UserLimit = 60;
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <summary>The open invitations, including expired ones, the newest first; null if the viewer may not see them.</summary>
    public async Task<IReadOnlyList<InvitationView>?> ListAsync(Guid viewer, Guid groupId, CancellationToken cancel) =>
        await db.RoleInAsync(groupId, viewer, cancel) is { } role && GroupRole.Manages(role)
            ? [.. (await db.GroupInvitations.AsNoTracking().Where(i => i.GroupId == groupId).OrderByDescending(i => i.CreatedAt).ToListAsync(cancel)).Select(InvitationView.From)]
            : null;

    /// <summary>
    /// Invites a person by mail, for <see cref="GroupInvitation.Lifetime"/>. An address that was invited already gets a new mail, whose link and code
    /// replace the old ones. Administrators can invite members; the owner can also invite administrators.
    /// </summary>
    public async Task<GroupResult> InviteAsync(GroupActor actor, Guid groupId, string? email, string? wanted, CancellationToken cancel)
    {
        var role = string.IsNullOrEmpty(wanted) ? GroupRole.Member : wanted;

        // A user who may not invite uses up no attempts. Checked again with the lock.
        if (Refusal(await db.RoleInAsync(groupId, actor.UserId, cancel), role) is { } refusal)
        {
            return refusal;
        }

        if (EmailAddress.Parse(email) is not { } address)
        {
            return new GroupResult.Invalid([new("Email", T("Enter an email address, such as ada@example.org."))]);
        }

        return await SpendAsync(actor, groupId, address, cancel) is { } wait
            ? new GroupResult.TooMany(wait)
            : await SendAsync(actor, groupId, address, role, cancel);
    }

    /// <summary>Sends an invitation again, with a new link and code and a new expiry.</summary>
    public async Task<GroupResult> ResendAsync(GroupActor actor, Guid groupId, Guid id, CancellationToken cancel) =>
        await db.RoleInAsync(groupId, actor.UserId, cancel) is not null
        && await db.GroupInvitations.AsNoTracking().SingleOrDefaultAsync(i => i.Id == id && i.GroupId == groupId, cancel) is { } old
            ? await InviteAsync(actor, groupId, old.Email, old.Role, cancel)
            : new GroupResult.NotFound();

    /// <summary>Revokes an invitation: its link and code are no longer valid.</summary>
    public async Task<GroupResult> RevokeAsync(GroupActor actor, Guid groupId, Guid id, CancellationToken cancel)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var own = await db.LockAsync(groupId, actor.UserId, cancel);
        var invitation = own is null ? null : await db.GroupInvitations.AsNoTracking().SingleOrDefaultAsync(i => i.Id == id && i.GroupId == groupId, cancel);
        if (invitation is null || !GroupRole.IsAbove(own!, invitation.Role))
        {
            return own is null || (invitation is null && GroupRole.Manages(own))
                ? new GroupResult.NotFound()
                : new GroupResult.Forbidden(T("You cannot withdraw this invitation."));
        }

        await db.GroupInvitations.Where(i => i.Id == id).ExecuteDeleteAsync(cancel);
        audit.Add(db, SecurityEventKind.GroupInvitationRevoked, actor.Client, actor.UserId, actor.SessionId, groupId.ToString());
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return new GroupResult.Done();
    }

    private static GroupResult? Refusal(string? own, string role) =>
        own is null ? new GroupResult.NotFound()
        : !GroupRole.Manages(own) ? new GroupResult.Forbidden(T("Only the owner and the administrators invite."))
        : role is not (GroupRole.Admin or GroupRole.Member) ? new GroupResult.Invalid([new("Role", T("Choose admin or member."))])
        : !GroupRole.IsAbove(own, role) ? new GroupResult.Forbidden(T("Only the owner invites administrators."))
        : null;

    // Strangers cannot fill a mailbox, and one inviter cannot block the invitations of another.
    private async Task<TimeSpan?> SpendAsync(GroupActor actor, Guid groupId, string address, CancellationToken cancel) =>
        await attempts.SpendAsync($"invite:group:{groupId}", GroupLimit, Hour, cancel)
        ?? await attempts.SpendAsync($"invite:by:{actor.UserId}", UserLimit, Hour, cancel)
        ?? (await limits.AllowsAsync("invite", address, actor.UserId.ToString(), Day, cancel) ? null : Day);

    private async Task<GroupResult> SendAsync(GroupActor actor, Guid groupId, string address, string role, CancellationToken cancel)
    {
        var normalized = EmailAddress.Normalize(address);
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var own = await db.LockAsync(groupId, actor.UserId, cancel);
        if (Refusal(own, role) is { } refusal)
        {
            return refusal;
        }

        if (await db.GroupMembers.Where(m => m.GroupId == groupId).Join(db.Users, m => m.UserId, u => u.Id, (_, u) => u).AnyAsync(u => u.NormalizedEmail == normalized, cancel))
        {
            return new GroupResult.Conflict(T("They are in the group already."));
        }

        var old = await db.GroupInvitations.SingleOrDefaultAsync(i => i.GroupId == groupId && i.NormalizedEmail == normalized, cancel);
        if (old is not null && !GroupRole.IsAbove(own!, old.Role))
        {
            return new GroupResult.Forbidden(T("The owner has invited them as an administrator."));
        }

        if (old is null && await db.GroupInvitations.CountAsync(i => i.GroupId == groupId, cancel) >= MaxWaiting)
        {
            return new GroupResult.Conflict(T("{0} invitations wait for their answers. Withdraw some first.", MaxWaiting));
        }

        var invitation = await AddAsync(old, actor, groupId, address, role, cancel);
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return new GroupResult.Invited(InvitationView.From(invitation));
    }

    private async Task<GroupInvitation> AddAsync(GroupInvitation? old, GroupActor actor, Guid groupId, string address, string role, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var id = old?.Id ?? Guid.CreateVersion7();
        var (token, code) = InvitationSecrets.New();
        var invitation = old ?? db.GroupInvitations.Add(new()
        {
            Id = id,
            GroupId = groupId,
            Email = address,
            NormalizedEmail = EmailAddress.Normalize(address),
            Role = role,
            TokenHash = [],
            CodeHash = [],
            CreatedAt = now,
            ExpiresAt = now,
        }).Entity;
        (invitation.Email, invitation.Role, invitation.InvitedBy) = (address, role, actor.UserId);
        (invitation.TokenHash, invitation.CodeHash, invitation.CodeTries) = (InvitationSecrets.TokenHash(token), secrets.CodeHash(id, code), 0);
        (invitation.CreatedAt, invitation.ExpiresAt) = (now, now + GroupInvitation.Lifetime);
        var inviter = await db.Users.Where(u => u.Id == actor.UserId).Select(u => new { Email = u.Email!, u.Language }).SingleAsync(cancel);

        // To somebody without an account: in the inviter's language, because theirs is unknown.
        var normalized = invitation.NormalizedEmail;
        var invited = await db.Users.Where(u => u.NormalizedEmail == normalized).Select(u => new { u.Language }).SingleOrDefaultAsync(cancel);
        using var language = Language.UseForOther(invited is null ? inviter.Language : invited.Language);
        outbox.Add(db, address, GroupInvitationMail.Compose(app.Value, inviter.Email, token, code, (int)GroupInvitation.Lifetime.TotalDays), GroupInvitationMail.Kind);
        audit.Add(db, SecurityEventKind.GroupInvitationSent, actor.Client, actor.UserId, actor.SessionId, groupId.ToString());
        return invitation;
    }
}

/// <summary>The link tokens and codes of invitations. Unlike other one-time secrets they are sent to people who may have no account.</summary>
public sealed class InvitationSecrets(MasterKey master)
{
    /// <summary>How many codes may be tried on an invitation before only its link works.</summary>
    public const int MaxCodeTries = 5;

    private const int TokenSize = 32;
    private const int CodeDigits = 8;

    private readonly byte[] codeKey = master.Derive("group invitation codes");

    /// <summary>A new 256-bit token and an eight-digit code.</summary>
    public static (string Token, string Code) New() =>
        (Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(TokenSize)), RandomNumberGenerator.GetString("0123456789", CodeDigits));

    /// <summary>The hash of a token for the row; with 256 random bits, no key is needed.</summary>
    public static byte[] TokenHash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    /// <summary>The hash of a typed code for the row.</summary>
    public byte[] CodeHash(Guid invitation, string code) =>
        HMACSHA256.HashData(codeKey, Encoding.UTF8.GetBytes($"{invitation:N}{string.Concat(code.Where(c => !char.IsWhiteSpace(c) && c != '-'))}"));
}

/// <summary>The invitation that a user answers.</summary>
public abstract record InvitationProof
{
    private InvitationProof()
    {
    }

    /// <summary>By the link they followed.</summary>
    public sealed record ByToken(string Token) : InvitationProof
    {
        /// <summary>Hides the token.</summary>
        public override string ToString() => "ByToken(…)";
    }

    /// <summary>By the code they typed.</summary>
    public sealed record ByCode(string Code) : InvitationProof
    {
        /// <summary>Hides the code.</summary>
        public override string ToString() => "ByCode(…)";
    }

    /// <summary>From their list: their confirmed address is sufficient.</summary>
    public sealed record ById(Guid Id) : InvitationProof;
}
