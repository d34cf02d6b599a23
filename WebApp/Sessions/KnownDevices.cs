using Microsoft.EntityFrameworkCore;
using WebApp.Audit;
using WebApp.Data;
using WebApp.Data.Encryption;
using WebApp.Hosting;

namespace WebApp.Sessions;

/// <summary>Browsers in which somebody signed in completely, and which of them may skip the second factor.</summary>
public sealed class KnownDevices(AppDbContext db, AuditTrail audit, TimeProvider clock)
{
    /// <summary>How long a device may skip the second factor.</summary>
    public static readonly TimeSpan TrustLifetime = TimeSpan.FromDays(30);

    /// <summary>Lets a device skip the second factor and notes the use. Returns when the factor was shown there; null where the device is not trusted now.</summary>
    public async Task<DateTimeOffset?> UseAsync(RowKey key, Guid userId, ClientInfo client, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var device = await db.Set<KnownDevice>()
            .SingleOrDefaultAsync(d => d.Id == key.Id && d.UserId == userId && d.RevokedAt == null && d.TrustedUntil > now, cancel);
        if (device is null || !key.Matches(device.KeyHash))
        {
            return null;
        }

        (device.LastSeenAt, device.Ip, device.UserAgent) = (now, client.Ip, client.UserAgent);
        await db.SaveChangesAsync(cancel);
        return device.CreatedAt;
    }

    /// <summary>Adds a device to the caller's unit of work, trusted for <see cref="TrustLifetime"/>, and returns the key for its cookie.</summary>
    public RowKey AddTrusted(Guid userId, ClientInfo client)
    {
        var now = clock.GetUtcNow();
        var device = new KnownDevice
        {
            UserId = userId,
            UserAgent = client.UserAgent,
            Ip = client.Ip,
            CreatedAt = now,
            LastSeenAt = now,
            TrustedUntil = now + TrustLifetime,
        };
        var key = RowKey.New(device.Id);
        device.KeyHash = key.Hash();
        db.Set<KnownDevice>().Add(device);
        audit.Add(db, SecurityEventKind.DeviceTrusted, client, userId);
        return key;
    }

    /// <summary>The devices that skip the second factor now.</summary>
    public async Task<IReadOnlyList<KnownDevice>> ListTrustedAsync(Guid userId, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        return await db.Set<KnownDevice>().AsNoTracking().Where(d => d.UserId == userId && d.RevokedAt == null && d.TrustedUntil > now)
            .OrderByDescending(d => d.LastSeenAt).ToListAsync(cancel);
    }

    /// <summary>Forgets one. False when the user has no such device.</summary>
    public async Task<bool> ForgetAsync(Guid userId, Guid id, ClientInfo client, CancellationToken cancel)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        if (await ForgetAsync(db.Set<KnownDevice>().Where(d => d.UserId == userId && d.Id == id), cancel) == 0)
        {
            return false;
        }

        audit.Add(db, SecurityEventKind.DeviceForgotten, client, userId);
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return true;
    }

    /// <summary>Forgets all of a user's, when a factor or the password changed.</summary>
    public Task ForgetAllAsync(Guid userId, CancellationToken cancel) => ForgetAsync(db.Set<KnownDevice>().Where(d => d.UserId == userId), cancel);

    private Task<int> ForgetAsync(IQueryable<KnownDevice> devices, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        return devices.Where(d => d.RevokedAt == null).ExecuteUpdateAsync(set => set.SetProperty(d => d.RevokedAt, now), cancel);
    }
}
