using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using WebApp.Features.Audit;
using WebApp.Features.Credentials;
using WebApp.Platform.Data;

namespace WebApp.Features.SecondFactors.Passkeys;

/// <summary>Lists, adds, renames and removes a user's passkeys. <see cref="CredentialChange"/> says what follows from adding or removing one.</summary>
public sealed class PasskeyDirectory(AppDbContext db, FactorChanges factors, CredentialChanges changes, AuditTrail audit, TimeProvider clock)
{
    /// <summary>How many passkeys a user may have.</summary>
    public const int MaxCount = 10;

    /// <summary>All passkeys, the newest first.</summary>
    public async Task<IReadOnlyList<PasskeyView>> ListAsync(Guid userId, CancellationToken cancel)
    {
        var rows = await db.UserPasskeys.AsNoTracking().Where(p => p.UserId == userId)
            .Select(p => new { p.CredentialId, p.Data, LastUsedAt = EF.Property<DateTimeOffset?>(p, "LastUsedAt") }).ToListAsync(cancel);
        return [.. rows.Select(p => new PasskeyView(p.CredentialId, p.Data.Name ?? T("Passkey"), p.Data.IsBackedUp, p.Data.CreatedAt, p.LastUsedAt))
            .OrderByDescending(view => view.CreatedAt)];
    }

    /// <summary>One passkey; null if the user does not have it.</summary>
    public async Task<PasskeyView?> FindAsync(Guid userId, string id, CancellationToken cancel) =>
        (await ListAsync(userId, cancel)).SingleOrDefault(passkey => passkey.Id == id);

    /// <summary>Adds a passkey. Returns false if the user has <see cref="MaxCount"/> already.</summary>
    public Task<bool> AddAsync(Caller caller, UserPasskeyInfo passkey, string name, CancellationToken cancel) =>
        db.RetryAsync(() => AddOnceAsync(caller, passkey, name, cancel));

    private async Task<bool> AddOnceAsync(Caller caller, UserPasskeyInfo passkey, string name, CancellationToken cancel)
    {
        var userId = caller.UserId;
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var user = await factors.AdmitAsync(caller, cancel);
        if (await db.UserPasskeys.CountAsync(p => p.UserId == userId, cancel) >= MaxCount)
        {
            return false;
        }

        db.UserPasskeys.Add(new()
        {
            UserId = userId,
            CredentialId = passkey.CredentialId,
            Data = new()
            {
                Name = name,
                CreatedAt = clock.GetUtcNow(),
                PublicKey = passkey.PublicKey,
                SignCount = passkey.SignCount,
                Transports = passkey.Transports,
                IsUserVerified = passkey.IsUserVerified,
                IsBackupEligible = passkey.IsBackupEligible,
                IsBackedUp = passkey.IsBackedUp,
                AttestationObject = passkey.AttestationObject,
                ClientDataJson = passkey.ClientDataJson,
            },
        });
        await changes.CommitAsync(transaction, CredentialChange.PasskeyAdded, user, caller.SessionId, caller.Client, cancel, about: name);
        return true;
    }

    /// <summary>Renames a passkey. Returns false if the user does not have it.</summary>
    public Task<bool> RenameAsync(Caller caller, byte[] credentialId, string name, CancellationToken cancel) =>
        db.RetryAsync(() => RenameOnceAsync(caller, credentialId, name, cancel));

    private async Task<bool> RenameOnceAsync(Caller caller, byte[] credentialId, string name, CancellationToken cancel)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        await factors.AdmitAsync(caller, cancel, strong: false);

        // Only the name: a concurrent sign-in may be writing the rest.
        if (await db.Database.ExecuteSqlAsync(
            $"UPDATE user_passkeys SET data = jsonb_set(data, '{{Name}}', to_jsonb({name})) WHERE user_id = {caller.UserId} AND credential_id = {credentialId}", cancel) == 0)
        {
            return false;
        }

        audit.Add(db, SecurityEventKind.PasskeyChanged, caller.Client, caller.UserId, caller.SessionId, "renamed");
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return true;
    }

    /// <summary>Removes a passkey. Returns false if the user does not have it.</summary>
    public Task<bool> RemoveAsync(Caller caller, PasskeyView passkey, CancellationToken cancel) =>
        db.RetryAsync(() => RemoveOnceAsync(caller, passkey, cancel));

    private async Task<bool> RemoveOnceAsync(Caller caller, PasskeyView passkey, CancellationToken cancel)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var user = await factors.AdmitAsync(caller, cancel);
        if (await db.UserPasskeys.Where(p => p.UserId == user.Id && p.CredentialId == passkey.CredentialId).ExecuteDeleteAsync(cancel) == 0)
        {
            return false;
        }

        await changes.CommitAsync(transaction, CredentialChange.PasskeyRemoved, user, caller.SessionId, caller.Client, cancel, about: passkey.Name);
        return true;
    }
}
