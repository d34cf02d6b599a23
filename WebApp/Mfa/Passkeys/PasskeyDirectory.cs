using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using WebApp.Audit;
using WebApp.Data;
using WebApp.Hosting;
using WebApp.Protection;
using WebApp.Sessions;

namespace WebApp.Mfa.Passkeys;

/// <summary>A user's passkeys: listed, added, renamed, removed. What is added or removed is told by mail and ends the other sessions (ASVS 7.4.3).</summary>
public sealed class PasskeyDirectory(
    AppDbContext db, SessionDirectory sessions, KnownDevices devices, CredentialNotices notices, AuditTrail audit, TimeProvider clock)
{
    /// <summary>How many a user may have.</summary>
    public const int MaxCount = 10;

    /// <summary>All of them, the newest first.</summary>
    public async Task<IReadOnlyList<PasskeyView>> ListAsync(Guid userId, CancellationToken cancel)
    {
        var rows = await db.UserPasskeys.AsNoTracking().Where(p => p.UserId == userId)
            .Select(p => new { p.CredentialId, p.Data, LastUsedAt = EF.Property<DateTimeOffset?>(p, "LastUsedAt") }).ToListAsync(cancel);
        return [.. rows.Select(p => new PasskeyView(p.CredentialId, p.Data.Name ?? "Passkey", p.Data.IsBackedUp, p.Data.CreatedAt, p.LastUsedAt))
            .OrderByDescending(view => view.CreatedAt)];
    }

    /// <summary>One of them; null when the user has no such.</summary>
    public async Task<PasskeyView?> FindAsync(Guid userId, string id, CancellationToken cancel) =>
        (await ListAsync(userId, cancel)).SingleOrDefault(passkey => passkey.Id == id);

    /// <summary>Adds one. False when the user has <see cref="MaxCount"/> already.</summary>
    public async Task<bool> AddAsync(Guid userId, Guid? session, UserPasskeyInfo passkey, string name, ClientInfo client, CancellationToken cancel)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var email = await LockAsync(userId, cancel);
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
        await TellAsync(userId, session, email, "added", $"The passkey “{name}” was added to your account. It signs in without your password.", client, cancel);
        await transaction.CommitAsync(cancel);
        await sessions.EndOthersAsync(userId, session, client, cancel);
        return true;
    }

    /// <summary>Gives one another name. False when the user has no such passkey.</summary>
    public async Task<bool> RenameAsync(Guid userId, Guid? session, byte[] credentialId, string name, ClientInfo client, CancellationToken cancel)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        // The name alone: a sign-in under way may be writing the rest.
        if (await db.Database.ExecuteSqlAsync(
            $"UPDATE user_passkeys SET data = jsonb_set(data, '{{Name}}', to_jsonb({name})) WHERE user_id = {userId} AND credential_id = {credentialId}", cancel) == 0)
        {
            return false;
        }

        audit.Add(db, SecurityEventKind.PasskeyChanged, client, userId, session, "renamed");
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return true;
    }

    /// <summary>Removes one. False when the user has no such passkey.</summary>
    public async Task<bool> RemoveAsync(Guid userId, Guid? session, PasskeyView passkey, ClientInfo client, CancellationToken cancel)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var email = await LockAsync(userId, cancel);
        if (await db.UserPasskeys.Where(p => p.UserId == userId && p.CredentialId == passkey.CredentialId).ExecuteDeleteAsync(cancel) == 0)
        {
            return false;
        }

        await TellAsync(userId, session, email, "removed", $"The passkey “{passkey.Name}” was removed from your account. It signs in no more.", client, cancel);
        await transaction.CommitAsync(cancel);
        await sessions.EndOthersAsync(userId, session, client, cancel);
        return true;
    }

    // One change at a time, so that enrolments side by side cannot pass the limit.
    private async Task<string> LockAsync(Guid userId, CancellationToken cancel) =>
        (await db.Database.SqlQuery<string>($"SELECT email AS \"Value\" FROM users WHERE id = {userId} FOR NO KEY UPDATE").ToListAsync(cancel)).Single();

    private async Task TellAsync(Guid userId, Guid? session, string email, string change, string what, ClientInfo client, CancellationToken cancel)
    {
        await devices.EndTrustAsync(userId, cancel);
        audit.Add(db, SecurityEventKind.PasskeyChanged, client, userId, session, change);
        await notices.AddAsync(db, userId, email, $"A passkey was {change}", what, client, cancel);
        await db.SaveChangesAsync(cancel);
    }
}
