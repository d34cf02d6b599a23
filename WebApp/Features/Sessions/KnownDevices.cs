using System.Net;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using NpgsqlTypes;
using WebApp.Features.Audit;
using WebApp.Platform.Data;
using WebApp.Platform.Data.Encryption;
using WebApp.Platform.Http.Client;
using static WebApp.Platform.Data.PreparedDatabase;

namespace WebApp.Features.Sessions;

/// <summary>
/// Browsers and API clients in which a user completed a sign-in, and which browsers may skip the second factor. Each has one key for all its users;
/// each account that knows it has its own row.
/// </summary>
public sealed class KnownDevices(AppDbContext db, PreparedDatabase database, AuditTrail audit, TimeProvider clock)
{
    /// <summary>How long a device is known after a sign-in.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(180);

    // Clients that never send their token back get a new one each time. Beyond this number, those that were not sent back are dropped first.
    private const int MostClients = 20;

    private const string ListSql = """
        SELECT id, kind, browser_id, device_name, user_agent, ip, created_at, last_seen_at, trusted_until
        FROM known_devices WHERE user_id = $1 AND revoked_at IS NULL AND last_seen_at > $2 ORDER BY last_seen_at DESC
        """;

    /// <summary>The account's row for the browser or client with a key; null if the account does not know it. One query for every user.</summary>
    public async Task<KnownDevice?> FindAsync(RowKey key, Guid userId, SessionKind kind, CancellationToken cancel) =>
        (await Live(kind).AsNoTracking().Where(d => d.BrowserId == key.Id && d.UserId == userId).ToListAsync(cancel)).Find(d => key.Matches(d.KeyHash));

    /// <summary>The id of that row; null if there is no key.</summary>
    public async Task<Guid?> FindIdAsync(RowKey? key, Guid userId, SessionKind kind, CancellationToken cancel) =>
        key is { } held ? (await FindAsync(held, userId, kind, cancel))?.Id : null;

    /// <summary>
    /// Records a complete sign-in, in the caller's unit of work, which holds the user's lock. Returns the key for the browser's cookie, and whether the
    /// browser was new to the account.
    /// </summary>
    /// <param name="held">The key in the cookie that the browser sent.</param>
    /// <param name="userId">The user who signed in.</param>
    /// <param name="trust">Whether it may skip the second factor from now on.</param>
    /// <param name="client">The client.</param>
    /// <param name="cancel">Cancels.</param>
    /// <remarks>
    /// When an account first knows or trusts the browser, the browser gets a new key, and the other accounts that know it store the new one. The old key is
    /// worthless afterwards. So an attacker cannot plant a key, and a leaked one does not become valid again.
    /// </remarks>
    public Task<(RowKey Key, bool IsNew)> NoteAsync(RowKey? held, Guid userId, bool trust, ClientInfo client, CancellationToken cancel) =>
        NoteAsync(SessionKind.Browser, held, null, userId, trust, client, cancel);

    /// <summary>The same for an API client. Returns the device token: the one it sent, if the account knows the client by it. A client is never trusted.</summary>
    /// <param name="shown">What the client sent to be recognised.</param>
    /// <param name="name">The name that the client gave.</param>
    /// <param name="userId">The user who signed in.</param>
    /// <param name="client">The client.</param>
    /// <param name="cancel">Cancels.</param>
    public async Task<(RowKey Key, bool IsNew)> NoteClientAsync(ShownClient shown, string? name, Guid userId, ClientInfo client, CancellationToken cancel)
    {
        var noted = await NoteAsync(SessionKind.Api, shown.Token, shown.KnownDevice, userId, trust: false, client, cancel);
        foreach (var device in db.Set<KnownDevice>().Local.Where(d => d.UserId == userId && d.BrowserId == noted.Key.Id))
        {
            device.DeviceName = name ?? device.DeviceName;
        }

        if (noted.IsNew)
        {
            await DropClientsAsync(userId, cancel);
        }

        return noted;
    }

    // A device that an earlier step of the sign-in recognised is found by its id, and gets a new key, because its current one is not available here.
    private async Task<(RowKey Key, bool IsNew)> NoteAsync(
        SessionKind kind, RowKey? held, Guid? recognised, Guid userId, bool trust, ClientInfo client, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var here = held is { } shown ? (await Live(kind).Where(d => d.BrowserId == shown.Id).ToListAsync(cancel)).FindAll(d => shown.Matches(d.KeyHash)) : [];
        var mine = here.Find(d => d.UserId == userId);
        var (device, key) = (mine ?? await RecogniseAsync(kind, recognised, userId, here, cancel), held.GetValueOrDefault());
        var isNew = device is null;
        if (device is null)
        {
            device = new() { UserId = userId, Kind = kind, CreatedAt = now, LastSeenAt = now };
            db.Set<KnownDevice>().Add(device);
            here.Add(device);
        }

        if (mine is null || trust)
        {
            key = RowKey.New(Guid.CreateVersion7());
            here.ForEach(d => (d.BrowserId, d.KeyHash) = (key.Id, key.Hash()));
        }

        (device.LastSeenAt, device.Ip, device.UserAgent) = (now, client.Ip, client.UserAgent);
        if (trust)
        {
            device.TrustedUntil = now + KnownDevice.TrustLifetime;
            audit.Add(db, SecurityEventKind.DeviceTrusted, client, userId);
        }

        return (key, isNew);
    }

    /// <summary>The known devices, the last used first, without their keys. Not for use in a transaction: it has its own connection.</summary>
    public async Task<IReadOnlyList<KnownDevice>> ListAsync(Guid userId, CancellationToken cancel)
    {
        await using var row = await database.ReadAsync(ListSql, [Parameter(NpgsqlDbType.Uuid, userId), Parameter(NpgsqlDbType.TimestampTz, clock.GetUtcNow() - Lifetime)], cancel);
        List<KnownDevice> devices = [];
        while (await row.ReadAsync(cancel))
        {
            devices.Add(Device(row, userId));
        }

        return devices;
    }

    /// <summary>The ids of the known devices, in the caller's unit of work.</summary>
    public Task<List<Guid>> IdsAsync(Guid userId, CancellationToken cancel) => Live(null).Where(d => d.UserId == userId).Select(d => d.Id).ToListAsync(cancel);

    /// <summary>Forgets a device. Returns false if the user does not have it.</summary>
    public Task<bool> ForgetAsync(Guid userId, Guid id, ClientInfo client, CancellationToken cancel) =>
        db.RetryAsync(() => ForgetOnceAsync(userId, id, client, cancel));

    private async Task<bool> ForgetOnceAsync(Guid userId, Guid id, ClientInfo client, CancellationToken cancel)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        await AccountLock.TakeAsync(db, userId, cancel);
        if (await ForgetAsync(db.Set<KnownDevice>().Where(d => d.UserId == userId && d.Id == id), cancel) == 0)
        {
            return false;
        }

        // A sign-in that trusted this device a moment ago and has no session yet must ask for the second factor again.
        await AccountLock.RenewStampAsync(db, userId, cancel);
        audit.Add(db, SecurityEventKind.DeviceForgotten, client, userId);
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return true;
    }

    /// <summary>Forgets all devices of a user, if somebody else may have had access to the account.</summary>
    public Task ForgetAllAsync(Guid userId, CancellationToken cancel) => ForgetAsync(db.Set<KnownDevice>().Where(d => d.UserId == userId), cancel);

    /// <summary>Makes all devices of a user ask for the second factor again, after the owner changed a factor or the password. They stay known.</summary>
    public Task EndTrustAsync(Guid userId, CancellationToken cancel) => db.Set<KnownDevice>().Where(d => d.UserId == userId && d.TrustedUntil != null)
        .ExecuteUpdateAsync(set => set.SetProperty(d => d.TrustedUntil, (DateTimeOffset?)null), cancel);

    // The other accounts that know it store the new key too.
    private async Task<KnownDevice?> RecogniseAsync(SessionKind kind, Guid? recognised, Guid userId, List<KnownDevice> here, CancellationToken cancel)
    {
        if (recognised is not { } id || await Live(kind).SingleOrDefaultAsync(d => d.Id == id && d.UserId == userId, cancel) is not { } device)
        {
            return null;
        }

        var all = await Live(kind).Where(d => d.BrowserId == device.BrowserId).ToListAsync(cancel);
        here.AddRange(all.FindAll(d => d.KeyHash.AsSpan().SequenceEqual(device.KeyHash)));
        return device;
    }

    // Makes room for the device that is about to be saved.
    private Task<int> DropClientsAsync(Guid userId, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        return db.Database.ExecuteSqlAsync(
            $"""
            UPDATE known_devices SET revoked_at = {now} WHERE id IN (
                SELECT id FROM known_devices WHERE user_id = {userId} AND kind = 'api' AND revoked_at IS NULL
                ORDER BY last_seen_at > created_at DESC, last_seen_at DESC OFFSET {MostClients - 1} FOR UPDATE SKIP LOCKED)
            """,
            cancel);
    }

    private IQueryable<KnownDevice> Live(SessionKind? kind)
    {
        var since = clock.GetUtcNow() - Lifetime;
        return db.Set<KnownDevice>().Where(d => d.RevokedAt == null && d.LastSeenAt > since && (kind == null || d.Kind == kind));
    }

    private static KnownDevice Device(NpgsqlDataReader row, Guid userId) => new()
    {
        Id = row.GetGuid(0),
        UserId = userId,
        Kind = SessionKinds.FromColumn(row.GetString(1)),
        BrowserId = row.GetGuid(2),
        DeviceName = row.IsDBNull(3) ? null : row.GetString(3),
        UserAgent = row.IsDBNull(4) ? null : row.GetString(4),
        Ip = row.IsDBNull(5) ? null : row.GetFieldValue<IPAddress>(5),
        CreatedAt = row.GetFieldValue<DateTimeOffset>(6),
        LastSeenAt = row.GetFieldValue<DateTimeOffset>(7),
        TrustedUntil = row.IsDBNull(8) ? null : row.GetFieldValue<DateTimeOffset>(8),
    };

    private Task<int> ForgetAsync(IQueryable<KnownDevice> devices, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        return devices.Where(d => d.RevokedAt == null).ExecuteUpdateAsync(set => set.SetProperty(d => d.RevokedAt, now), cancel);
    }
}
