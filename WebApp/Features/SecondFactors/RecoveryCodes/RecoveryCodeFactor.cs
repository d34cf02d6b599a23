using Microsoft.EntityFrameworkCore;
using WebApp.Features.Audit;
using WebApp.Features.Lockout;
using WebApp.Platform.Data;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Text;

namespace WebApp.Features.SecondFactors.RecoveryCodes;

/// <summary>Checks recovery codes and uses them up.</summary>
public sealed class RecoveryCodeFactor(AppDbContext db, RecoveryCodeHash hash, CredentialNotices notices, AuditTrail audit, TimeProvider clock)
{
    /// <summary>Checks a code and uses it up: of twenty parallel requests, one succeeds. The owner is notified by mail.</summary>
    public async Task<FactorResult> VerifyAsync(Guid userId, string code, ClientInfo client, CancellationToken cancel)
    {
        if (hash.Compute(userId, code) is not { } hashed)
        {
            return new FactorResult.Wrong();
        }

        var now = clock.GetUtcNow();
        await using var transaction = await db.BeginAsync(cancel);
        if (await db.Set<RecoveryCode>().Where(c => c.UserId == userId && c.CodeHash == hashed && c.UsedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(c => c.UsedAt, now), cancel) == 0)
        {
            return new FactorResult.Wrong();
        }

        await AddNoticeAsync(userId, client, cancel);
        await transaction.CommitAsync(cancel);
        return new FactorResult.Right();
    }

    private async Task AddNoticeAsync(Guid userId, ClientInfo client, CancellationToken cancel)
    {
        var left = await db.Set<RecoveryCode>().CountAsync(c => c.UserId == userId && c.UsedAt == null, cancel);
        var user = await db.Users.Where(u => u.Id == userId).Select(u => new { Email = u.Email!, u.Language }).SingleAsync(cancel);
        audit.Add(db, SecurityEventKind.RecoveryCodeUsed, client, userId, detail: $"{left} left");
        using var language = Language.Use(user.Language);
        var rest = left switch
        {
            0 => T("It was the last one: create new ones in your account settings."),
            1 => T("One is left: create new ones in your account settings."),
            <= RecoveryCodeSheets.FewLeft => T("{0} are left: create new ones in your account settings.", left),
            _ => T("{0} are left.", left),
        };
        await notices.AddAsync(
            db, userId, user.Email, T("A recovery code was used"), T("One of your recovery codes was used in place of your second factor. {0}", rest), client, cancel);
        await db.SaveChangesAsync(cancel);
    }
}
