using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WebApp.Features.Audit;
using WebApp.Features.Roles;
using WebApp.Features.Sessions;
using WebApp.Features.Sessions.Impersonating;
using WebApp.Platform.Data;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Mail;
using WebApp.Platform.Mail.Messages;
using WebApp.Platform.Startup;
using WebApp.Platform.Text;
using WebApp.Platform.Users;

namespace WebApp.Features.Accounts.Administration;

/// <summary>Lets an administrator view an account as its owner sees it, for a reason that its owner can read.</summary>
public sealed class ImpersonationStart(AppDbContext db, AdministeredAccounts accounts, ImpersonationEnds ends, Outbox outbox, IOptions<AppOptions> app, TimeProvider clock)
{
    /// <summary>The maximum length of a reason.</summary>
    public const int MaxReasonLength = 200;

    private const int MinReasonLength = 5;

    /// <summary>Begins an impersonation; any other of the same session ends. Only for an administrator in a browser; never for an administrator's account.</summary>
    /// <returns>The impersonation for the browser's cookie, or the reason why not.</returns>
    public Task<(Impersonation? Begun, AdministrationResult? Obstacle)> RunAsync(
        RoleActor actor, Guid userId, string? reason, ClientInfo client, CancellationToken cancel) =>
        db.RetryAsync(() => RunOnceAsync(actor, userId, reason, client, cancel));

    private async Task<(Impersonation? Begun, AdministrationResult? Obstacle)> RunOnceAsync(
        RoleActor actor, Guid userId, string? reason, ClientInfo client, CancellationToken cancel)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var (user, obstacle) = await accounts.FindAsync(actor, userId, Permission.UsersImpersonate, cancel);
        if (user is null || actor.SessionId is not { } session)
        {
            return (null, obstacle ?? new AdministrationResult.Forbidden(T("Only in a browser.")));
        }

        var now = clock.GetUtcNow();
        await AccountLock.RequireSessionAsync(db, actor.UserId, session, now, cancel);
        if (await db.UserRoles.AnyAsync(ur => ur.UserId == userId && ur.RoleId == Role.AdminId, cancel))
        {
            return (null, new AdministrationResult.Forbidden(T("Administrators' accounts are not shown to anybody.")));
        }

        if (user.IsDisabled(now) || user.DeletionRequestedAt is not null)
        {
            return (null, new AdministrationResult.Conflict(T("This account is locked.")));
        }

        if (OneLine.Clean(reason?.Trim(), MaxReasonLength) is not { Length: >= MinReasonLength } text)
        {
            return (null, new AdministrationResult.Invalid([new("Reason", T("Say in a few words why. The person reads it."))]));
        }

        await ends.EndAllAsync(db, session, now, cancel);
        var begun = new Impersonation { SessionId = session, ActorId = actor.UserId, UserId = userId, StartedAt = now, ExpiresAt = now + Impersonation.Lifetime };
        db.Add(begun);
        accounts.Note(actor, userId, SecurityEventKind.ImpersonationStarted, client, text);
        var minutes = (int)Impersonation.Lifetime.TotalMinutes;
        using var language = Language.UseForOther(user.Language);
        outbox.Add(
            db,
            user.Email!,
            AccountAdministeredMail.Compose(
                app.Value,
                T("An administrator viewed your account"),
                T("For at most {0} minutes an administrator sees your account's pages as you see them. Nothing can be changed that way, and no password, code or key is shown.", minutes),
                now,
                text),
            AccountAdministeredMail.Kind);
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return (begun, null);
    }
}
