using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using WebApp.Platform.Data;
using WebApp.Platform.Data.Encryption;

namespace WebApp.Features.SecondFactors.Passkeys;

/// <summary>Keeps the state of ceremonies under way, encrypted, and hands each out once.</summary>
public sealed class PasskeyChallenges(AppDbContext db, IDataProtectionProvider protection, TimeProvider clock)
{
    /// <summary>How long one may take; Identity tells the browser the same.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    /// <summary>Keeps a state and returns the key to it.</summary>
    public async Task<RowKey> AddAsync(PasskeyPurpose purpose, string state, CancellationToken cancel)
    {
        var id = Guid.CreateVersion7();
        var key = RowKey.New(id);
        db.Set<PasskeyChallenge>().Add(new()
        {
            Id = id,
            KeyHash = key.Hash(),
            UserId = purpose.UserId,
            State = Protector(purpose).Protect(Encoding.UTF8.GetBytes(state)),
            ExpiresAt = clock.GetUtcNow() + Lifetime,
        });
        await db.SaveChangesAsync(cancel);
        return key;
    }

    /// <summary>Takes the state out. Null when there is none, it was taken before, its time is over, or it was made for something else.</summary>
    public async Task<string?> TakeAsync(RowKey key, PasskeyPurpose purpose, CancellationToken cancel)
    {
        var challenge = await db.Set<PasskeyChallenge>().AsNoTracking().SingleOrDefaultAsync(c => c.Id == key.Id, cancel);
        return challenge is not null && key.Matches(challenge.KeyHash) && await ConsumeAsync(challenge.Id, cancel)
            ? Open(challenge.State, purpose)
            : null;
    }

    private async Task<bool> ConsumeAsync(Guid id, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        return await db.Set<PasskeyChallenge>().Where(c => c.Id == id && c.ConsumedAt == null && c.ExpiresAt > now)
            .ExecuteUpdateAsync(set => set.SetProperty(c => c.ConsumedAt, now), cancel) == 1;
    }

    private string? Open(byte[] state, PasskeyPurpose purpose)
    {
        try
        {
            return Encoding.UTF8.GetString(Protector(purpose).Unprotect(state));
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private IDataProtector Protector(PasskeyPurpose purpose) => protection.CreateProtector(purpose.Protection);
}
