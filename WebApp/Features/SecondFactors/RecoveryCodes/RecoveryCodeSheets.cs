using Microsoft.EntityFrameworkCore;
using WebApp.Features.Credentials;
using WebApp.Platform.Data;

namespace WebApp.Features.SecondFactors.RecoveryCodes;

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

    /// <summary>A first sheet, in the caller's transaction, which holds the user's lock; null where codes are left.</summary>
    public async Task<RecoveryCodeSheet?> EnsureAsync(Guid userId, CancellationToken cancel) =>
        await CountAsync(userId, cancel) > 0 ? null : await ReplaceAsync(userId, cancel);

    /// <summary>A new sheet that voids the old one; null where no second factor is on that codes could stand in for.</summary>
    public Task<RecoveryCodeSheet?> RenewAsync(Caller caller, CancellationToken cancel) =>
        db.RetryAsync(() => RenewOnceAsync(caller, cancel));

    private async Task<RecoveryCodeSheet?> RenewOnceAsync(Caller caller, CancellationToken cancel)
    {
        // Of two sheets made at once, the later voids the earlier: the lock is one for changes.
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var user = await changes.AdmitAsync(caller, cancel);
        if (!user.TwoFactorEnabled)
        {
            return null;
        }

        var sheet = await ReplaceAsync(caller.UserId, cancel);
        await changes.CommitAsync(transaction, caller, user, CredentialChange.RecoveryCodesRenewed, cancel);
        return sheet;
    }

    private async Task<RecoveryCodeSheet> ReplaceAsync(Guid userId, CancellationToken cancel)
    {
        await db.Set<RecoveryCode>().Where(code => code.UserId == userId).ExecuteDeleteAsync(cancel);
        var codes = Enumerable.Range(0, Size).Select(_ => RecoveryCodeText.New()).ToArray();
        db.Set<RecoveryCode>().AddRange(codes.Select(code => new RecoveryCode { UserId = userId, CodeHash = hash.Of(userId, code)! }));
        await db.SaveChangesAsync(cancel);
        return new(codes);
    }
}

/// <summary>Recovery codes in plain text, as they are shown once. Refuses to print.</summary>
/// <param name="Codes">As written: <c>abcde-fghjk</c>.</param>
public sealed record RecoveryCodeSheet(IReadOnlyList<string> Codes)
{
    /// <inheritdoc/>
    public override string ToString() => $"RecoveryCodeSheet({Codes.Count}, …)";
}
