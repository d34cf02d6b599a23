using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using WebApp.Features.Audit;
using WebApp.Platform.Data;
using WebApp.Platform.Data.Encryption;
using WebApp.Platform.Http.Client;

namespace WebApp.Features.Sessions;

/// <summary>
/// Browsers and API clients in which a user completed a sign-in, and which browsers may skip the second factor. Each has one key for all its users;
/// each account that knows it has its own row.
/// </summary>
public sealed class KnownDevices(AppDbContext db, AuditTrail audit, TimeProvider clock)
{
    /// <summary>How long a device is known after a sign-in.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(180);

    // Clients that never send their token back get a new one each time. Beyond this number, those that were not sent back are dropped first.
    private const int MostClients = 20;

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

    /// <summary>The known devices, the last used first.</summary>
    public async Task<IReadOnlyList<KnownDevice>> ListAsync(Guid userId, CancellationToken cancel) =>
        await Live(null).AsNoTracking().Where(d => d.UserId == userId).OrderByDescending(d => d.LastSeenAt).ToListAsync(cancel);

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

    private Task<int> ForgetAsync(IQueryable<KnownDevice> devices, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        return devices.Where(d => d.RevokedAt == null).ExecuteUpdateAsync(set => set.SetProperty(d => d.RevokedAt, now), cancel);
    }
}

/// <summary>A browser or API client in which a user once completed a sign-in. A browser may be trusted to skip the second factor for a while.</summary>
public sealed class KnownDevice
{
    /// <summary>How long a device may skip the second factor.</summary>
    public static readonly TimeSpan TrustLifetime = TimeSpan.FromDays(30);

    /// <summary>UUIDv7.</summary>
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>The user.</summary>
    public required Guid UserId { get; init; }

    /// <summary>Whether it is a browser, identified by cookie, or an API client, identified by device token. A key of one kind is not valid for the other.</summary>
    public SessionKind Kind { get; init; }

    /// <summary>The id in its cookie or token, shared by all accounts that know it.</summary>
    public Guid BrowserId { get; set; }

    /// <summary>SHA-256 of the key in its cookie or token.</summary>
    public byte[] KeyHash { get; set; } = [];

    /// <summary>The name that an API client gave, if any.</summary>
    public string? DeviceName { get; set; }

    /// <summary>Its User-Agent at the last sign-in.</summary>
    public string? UserAgent { get; set; }

    /// <summary>Its IP address at the last sign-in.</summary>
    public IPAddress? Ip { get; set; }

    /// <summary>The first sign-in (UTC).</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The last sign-in (UTC).</summary>
    public required DateTimeOffset LastSeenAt { get; set; }

    /// <summary>Until when it skips the second factor (UTC); null: never.</summary>
    public DateTimeOffset? TrustedUntil { get; set; }

    /// <summary>When its owner forgot it (UTC).</summary>
    public DateTimeOffset? RevokedAt { get; set; }

    /// <summary>When both factors were shown in it, if it may skip the second at <paramref name="now"/>.</summary>
    public DateTimeOffset? TrustedSince(DateTimeOffset now) => TrustedUntil > now ? TrustedUntil - TrustLifetime : null;
}

internal sealed class KnownDeviceModel : IEntityTypeConfiguration<KnownDevice>
{
    public void Configure(EntityTypeBuilder<KnownDevice> device)
    {
        device.ToTable("known_devices");
        device.HasOne<User>().WithMany().HasForeignKey(d => d.UserId);
        device.HasIndex(d => d.BrowserId);
        device.Property(d => d.Id).ValueGeneratedNever();
        device.Property(d => d.BrowserId).HasDefaultValueSql("gen_random_uuid()").ValueGeneratedNever(); // Older nodes do not write it.
        device.Property(d => d.Kind).HasConversion(kind => SessionKinds.ToColumn(kind), value => SessionKinds.FromColumn(value)).HasDefaultValue(SessionKind.Browser);
    }
}
