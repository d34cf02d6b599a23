using Microsoft.EntityFrameworkCore;
using WebApp.Data;

namespace WebApp.Mfa.RecoveryCodes;

/// <summary>Makes recovery codes, ten at a time. They exist in plain text only in what is returned.</summary>
public sealed class RecoveryCodeSheets(AppDbContext db, RecoveryCodeHash hash, FactorChanges changes)
{
    /// <summary>Codes on a sheet.</summary>
    public const int Size = 10;

    /// <summary>So few left, or fewer: time for a new sheet.</summary>
    public const int FewLeft = 3;

    /// <summary>How many still work.</summary>
    public Task<int> CountAsync(Guid userId, CancellationToken cancel) =>
        db.Set<RecoveryCode>().CountAsync(code => code.UserId == userId && code.UsedAt == null, cancel);

    /// <summary>A first sheet, in the caller's transaction; null where codes are left.</summary>
    public async Task<RecoveryCodeSheet?> EnsureAsync(Guid userId, CancellationToken cancel)
    {
        await LockAsync(userId, cancel);
        return await CountAsync(userId, cancel) > 0 ? null : await ReplaceAsync(userId, cancel);
    }

    /// <summary>A new sheet that voids the old one; null where no second factor is on that codes could stand in for.</summary>
    public async Task<RecoveryCodeSheet?> RenewAsync(Caller caller, CancellationToken cancel)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);

        if (!await LockAsync(caller.UserId, cancel))
        {
            return null;
        }

        var sheet = await ReplaceAsync(caller.UserId, cancel);
        await changes.CommitAsync(transaction, caller, FactorChange.RecoveryCodesRenewed, cancel);
        return sheet;
    }

    // Locks the user's row, so that of two sheets made at once the later voids the earlier. True when the account asks for a second factor.
    private Task<bool> LockAsync(Guid userId, CancellationToken cancel) =>
        db.Users.FromSql($"SELECT * FROM users WHERE id = {userId} FOR UPDATE").Select(u => u.TwoFactorEnabled).SingleOrDefaultAsync(cancel);

    private async Task<RecoveryCodeSheet> ReplaceAsync(Guid userId, CancellationToken cancel)
    {
        await db.Set<RecoveryCode>().Where(code => code.UserId == userId).ExecuteDeleteAsync(cancel);
        var codes = Enumerable.Range(0, Size).Select(_ => RecoveryCodeText.New()).ToArray();
        db.Set<RecoveryCode>().AddRange(codes.Select(code => new RecoveryCode { UserId = userId, CodeHash = hash.Of(userId, code)! }));
        await db.SaveChangesAsync(cancel);
        return new(codes);
    }
}
