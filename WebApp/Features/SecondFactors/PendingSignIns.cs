using Microsoft.EntityFrameworkCore;
using WebApp.Platform.Data;
using WebApp.Platform.Data.Encryption;

namespace WebApp.Features.SecondFactors;

/// <summary>Keeps sign-ins that wait for their second factor.</summary>
public sealed class PendingSignIns(AppDbContext db, TimeProvider clock)
{
    /// <summary>How long one may wait.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Begins one for a user whose password was verified as read, and returns the key to hand out. Saves the caller's unit of work, the event of
    /// the password included.
    /// </summary>
    public async Task<RowKey> BeginAsync(User user, string[] amr, bool remember, string? deviceName, CancellationToken cancel, Guid? knownDevice = null)
    {
        var pending = new PendingSignIn
        {
            UserId = user.Id,
            Amr = amr,
            Remember = remember,
            DeviceName = deviceName,
            KnownDeviceId = knownDevice,
            TokenVersion = user.TokenVersion,
            SecurityStamp = user.SecurityStamp,
            ExpiresAt = clock.GetUtcNow() + Lifetime,
        };
        var key = RowKey.New(pending.Id);
        pending.KeyHash = key.Hash();
        db.Set<PendingSignIn>().Add(pending);
        await db.SaveChangesAsync(cancel);
        return key;
    }

    /// <summary>The sign-in a key opens, or null when it waits no more.</summary>
    public async Task<PendingSignIn?> FindAsync(RowKey key, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var pending = await db.Set<PendingSignIn>().AsNoTracking()
            .SingleOrDefaultAsync(p => p.Id == key.Id && p.CompletedAt == null && p.ExpiresAt > now, cancel);
        return pending is not null && key.Matches(pending.KeyHash) ? pending : null;
    }

    /// <summary>Completes it. False when it was completed or ran out meanwhile: the database lets one do it.</summary>
    public async Task<bool> CompleteAsync(PendingSignIn pending, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        return await db.Set<PendingSignIn>().Where(p => p.Id == pending.Id && p.CompletedAt == null && p.ExpiresAt > now)
            .ExecuteUpdateAsync(set => set.SetProperty(p => p.CompletedAt, now), cancel) == 1;
    }
}
