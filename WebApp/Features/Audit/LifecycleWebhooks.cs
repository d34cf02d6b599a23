using System.Collections.Frozen;
using Microsoft.EntityFrameworkCore;
using WebApp.Platform.Data;
using WebApp.Platform.Mail.Webhooks;
using static WebApp.Features.Audit.SecurityEventKind;

namespace WebApp.Features.Audit;

/// <summary>Tells the receivers of webhooks what happened to accounts, where the audit trail records it: docs/webhooks.md.</summary>
public sealed class LifecycleWebhooks(WebhookEvents webhooks)
{
    // Ends of several sessions are told by Features/Credentials, and the erasure of an account by Features/Accounts.
    private static readonly FrozenDictionary<string, string> Types = new Dictionary<string, string>
    {
        [Registered] = WebhookEventType.UserCreated,
        [EmailConfirmed] = WebhookEventType.UserUpdated,
        [EmailChanged] = WebhookEventType.UserUpdated,
        [EmailChangeUndone] = WebhookEventType.UserUpdated,
        [NameChanged] = WebhookEventType.UserUpdated,
        [RolesChanged] = WebhookEventType.UserUpdated,
        [AdministratorMade] = WebhookEventType.UserUpdated,
        [AccountClosed] = WebhookEventType.UserUpdated,
        [AccountReopened] = WebhookEventType.UserUpdated,
        [DeletionUndone] = WebhookEventType.UserUpdated,
        [DeletionRequested] = WebhookEventType.UserDeleted,
        [SignedIn] = WebhookEventType.UserSignedIn,
        [SessionEnded] = WebhookEventType.SessionEnded,
        [RefreshTokenReused] = WebhookEventType.SessionEnded,
    }.ToFrozenDictionary();

    /// <summary>Adds the webhooks of a security event to its unit of work.</summary>
    public void Add(AppDbContext db, string kind, Guid? userId, Guid? sessionId, Guid? actorId)
    {
        if (!webhooks.AreReceived || userId is null || !Types.TryGetValue(kind, out var type) || (kind == EmailConfirmed && IsNew(db, userId)))
        {
            return;
        }

        webhooks.Add(db, type, new() { UserId = userId, SessionId = sessionId, ActorId = actorId, Reason = kind, Erased = type == WebhookEventType.UserDeleted ? false : null });
    }

    // The confirmation of a registration creates the account.
    private static bool IsNew(AppDbContext db, Guid? userId) =>
        db.ChangeTracker.Entries<SecurityEvent>().Any(entry => entry.State == EntityState.Added && entry.Entity.Kind == Registered && entry.Entity.UserId == userId);
}
