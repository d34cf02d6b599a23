using Microsoft.EntityFrameworkCore;
using WebApp.Features.Audit;
using WebApp.Features.Audit.Chain;
using WebApp.Features.Credentials;
using WebApp.Features.Groups;
using WebApp.Features.Lockout;
using WebApp.Features.Roles;
using WebApp.Features.Sessions;
using WebApp.Features.Verification;
using WebApp.Platform.Data;
using WebApp.Platform.Http;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Mail;
using WebApp.Platform.Mail.Webhooks;
using WebApp.Platform.Text;
using WebApp.Platform.Workers;

namespace WebApp.Features.Accounts;

/// <summary>Closes an account when its owner requests its deletion. It is erased <see cref="User.DeletionDelay"/> later, see <see cref="AccountErasure"/>.</summary>
public sealed class AccountDeletion(
    AppDbContext db,
    CredentialChanges changes,
    Administrators administrators,
    TimeProvider clock)
{
    /// <summary>Ends every session and token at once. Returns what is wrong with the confirmation, or null on success.</summary>
    public Task<FieldError?> RequestAsync(Guid userId, Guid? sessionId, string? confirmation, ClientInfo client, CancellationToken cancel) =>
        db.RetryAsync(() => RequestOnceAsync(userId, sessionId, confirmation, client, cancel));

    private async Task<FieldError?> RequestOnceAsync(Guid userId, Guid? sessionId, string? confirmation, ClientInfo client, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var email = await db.Users.Where(u => u.Id == userId).Select(u => u.Email!).SingleAsync(cancel);
        if (!string.Equals(confirmation?.Trim(), email, StringComparison.OrdinalIgnoreCase))
        {
            return new(nameof(DataForm.Confirmation), T("Enter the address of this account to confirm."));
        }

        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        if (await administrators.IsLastAsync(db, userId, cancel))
        {
            return new("", T("You are the last administrator. Add another one first."));
        }

        var user = await AccountLock.RequireSessionAsync(db, userId, sessionId, now, cancel);
        await db.Users.Where(u => u.Id == userId).ExecuteUpdateAsync(set => set.SetProperty(u => u.DeletionRequestedAt, now), cancel);
        using var language = Language.Use(user.Language);
        var date = (now + User.DeletionDelay).ToString(T("d MMMM yyyy"), Language.Current.Culture);
        await changes.CommitAsync(transaction, CredentialChange.DeletionRequested, user, keep: null, client, cancel, about: date);
        return null;
    }
}

/// <summary>Erases the accounts whose deletion delay is over, hourly, on one node.</summary>
public sealed class AccountErasure(
    IDbContextFactory<AppDbContext> contexts, OutboxErasure mails, AuditErasure events, GroupMembershipErasure groups, WebhookEvents webhooks, AuditTrail audit, DueWorks due, TimeProvider clock, ILogger<AccountErasure> logger)
    : DueWorker("erasure", TimeSpan.FromHours(1), due, clock)
{
    private readonly TimeProvider clock = clock;

    /// <summary>Erases all accounts that are due now.</summary>
    public override async Task RunAsync(CancellationToken cancel)
    {
        while (await EraseNextAsync(cancel))
        {
        }
    }

    /// <inheritdoc/>
    protected override void PutOff(Exception failure) => logger.ErasurePutOff(failure); // Each account is erased completely or not at all.

    /// <summary>Afterwards no row contains the user's id, address or name. The audit trail keeps the events without a user.</summary>
    private async Task<bool> EraseNextAsync(CancellationToken cancel)
    {
        var due = clock.GetUtcNow() - User.DeletionDelay;
        await using var db = await contexts.CreateDbContextAsync(cancel);
        db.Database.AllowLongStatements();
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var user = await db.Users.FromSql($"SELECT * FROM users WHERE deletion_requested_at <= {due} LIMIT 1 FOR UPDATE SKIP LOCKED").AsNoTracking().SingleOrDefaultAsync(cancel);
        if (user is null)
        {
            return false;
        }

        var addresses = await AddressesAsync(db, user, cancel);
        await mails.EraseAsync(db, addresses, cancel);
        await events.RunAsync(db, user.Id, cancel);
        string[] names = [user.Id.ToString().ToUpperInvariant(), .. addresses];
        await db.Database.ExecuteSqlAsync(
            $"DELETE FROM attempts WHERE EXISTS (SELECT 1 FROM unnest({names}) AS name WHERE position(name in upper(key)) > 0)", cancel);
        await db.Database.ExecuteSqlAsync($"DELETE FROM sign_in_guesses WHERE key = ANY ({GuessPurpose.Keys(user.Id)})", cancel);
#pragma warning disable CA1304, CA1311 // The database executes it.
        await db.OneTimeSecrets.Where(s => addresses.Contains(s.Address!.ToUpper())).ExecuteDeleteAsync(cancel);
#pragma warning restore CA1304, CA1311

        await groups.LeaveAllAsync(db, user.Id, addresses, cancel);

        // Everything else of the user is deleted with the row, by foreign keys.
        await db.Users.Where(u => u.Id == user.Id).ExecuteDeleteAsync(cancel);
        webhooks.Add(db, WebhookEventType.UserDeleted, new() { UserId = user.Id, Reason = SecurityEventKind.AccountErased, Erased = true });
        audit.Add(db, SecurityEventKind.AccountErased, new ClientInfo(null, null));
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        logger.AccountErased();
        return true;
    }

    /// <summary>The address and former ones, as far as recent links contain them; but none that belongs to another account now.</summary>
    private static async Task<string[]> AddressesAsync(AppDbContext db, User user, CancellationToken cancel)
    {
        var former = await db.OneTimeSecrets
            .Where(s => s.UserId == user.Id && s.Address != null && s.Purpose != SecretPurpose.ChangeEmail).Select(s => s.Address!).Distinct().ToListAsync(cancel);
        string[] own = [.. former.Select(EmailAddress.Normalize).Append(user.NormalizedEmail!).Distinct()];
        var others = await db.Users.Where(u => u.Id != user.Id && own.Contains(u.NormalizedEmail)).Select(u => u.NormalizedEmail!).ToListAsync(cancel);
        return [.. own.Except(others)];
    }
}
