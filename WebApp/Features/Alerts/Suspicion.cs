using Microsoft.Extensions.Options;
using Npgsql;
using WebApp.Platform.Data;
using WebApp.Platform.Http.Client;

namespace WebApp.Features.Alerts;

/// <summary>Detects suspicious sign-in patterns. Findings are recorded, counted, and sent to the owner or the administrators.</summary>
/// <remarks>
/// Each failure of an account from an IP prefix is stored in <c>attempts</c> twice: once under the prefix, once under the account. The number of
/// rows with the same beginning is exactly the number of distinct accounts or prefixes in the last window, over all nodes. Counting stops at the
/// limit.
/// </remarks>
public sealed class Suspicion(NpgsqlDataSource database, AlertService alerts, IOptions<AlertOptions> options, TimeProvider clock)
{
    /// <summary>How long a new device or a change of a session counts as known: as long as a session lasts by default.</summary>
    private static readonly TimeSpan KnownFor = TimeSpan.FromDays(30);

    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    // Committed before counting: of two concurrent requests, the later count includes both.
    private const string NoteSql = """
        INSERT INTO attempts AS a (key, count, window_ends_at) VALUES ($1, 1, $3), ($2, 1, $3)
        ON CONFLICT (key) DO UPDATE SET count = a.count + 1, window_ends_at = excluded.window_ends_at
        """;

    // '}' follows '|' in ASCII, and the column is ordered by bytes. A finding that was raised already is not counted again.
    private const string CountSql = """
        SELECT
            CASE WHEN EXISTS (SELECT 1 FROM attempts WHERE key = $4 AND window_ends_at > $3) THEN 0 ELSE
                (SELECT count(*) FROM (SELECT 1 FROM attempts WHERE key > $1 || '|' AND key < $1 || '}' AND window_ends_at > $3 LIMIT $6) x) END,
            CASE WHEN EXISTS (SELECT 1 FROM attempts WHERE key = $5 AND window_ends_at > $3) THEN 0 ELSE
                (SELECT count(*) FROM (SELECT 1 FROM attempts WHERE key > $2 || '|' AND key < $2 || '}' AND window_ends_at > $3 LIMIT $7) x) END
        """;

    /// <summary>Called after a refused password. Commits by itself.</summary>
    /// <param name="db">The caller's unit of work; nothing is added to it.</param>
    /// <param name="userId">The account; null if the name is unknown.</param>
    /// <param name="account">A value that represents the name as typed, known or not; never the name itself.</param>
    /// <param name="client">The client that asked.</param>
    /// <param name="cancel">Cancels.</param>
    public async Task SignInFailedAsync(AppDbContext db, Guid? userId, string account, ClientInfo client, CancellationToken cancel)
    {
        var prefix = IpPrefix.Containing(client.Ip).ToString();
        var (accounts, addresses) = await CountAsync(prefix, account, cancel);
        if (accounts >= options.Value.AccountsPerAddress)
        {
            await alerts.RaiseOnceAsync(new(AlertKinds.ManyAccounts) { Count = accounts }, prefix, options.Value.Window, client, cancel);
        }

        if (addresses >= options.Value.AddressesPerAccount)
        {
            await alerts.RaiseOnceAsync(
                new(AlertKinds.ManyAddresses) { UserId = userId, Count = addresses, HasAddress = false }, account, options.Value.Window, client, cancel);
        }
    }

    /// <summary>
    /// Called after a complete sign-in on a device that is new to the account, in the caller's unit of work. The owner is notified by mail.
    /// Clients that keep no cookie look new each time, so the same kind of client at the same IP prefix causes one mail in 30 days.
    /// </summary>
    public async Task NewDeviceAsync(AppDbContext db, User user, ClientInfo client, CancellationToken cancel)
    {
        var key = AlertService.KeyOf(AlertKinds.NewDevice, $"{user.Id}|{IpPrefix.Containing(client.Ip)}|{client.Device}");
        if (await alerts.ClaimAsync(db, key, KnownFor, cancel))
        {
            await alerts.AddAsync(db, new(AlertKinds.NewDevice) { UserId = user.Id, Detail = client.Device }, client, cancel);
        }
    }

    /// <summary>Called whenever the master password was right, in the caller's unit of work.</summary>
    public Task MasterPasswordUsedAsync(AppDbContext db, Guid actor, ClientInfo client, CancellationToken cancel) =>
        alerts.AddAsync(db, new(AlertKinds.MasterPasswordUsed) { ActorId = actor }, client, cancel);

    /// <summary>Too many wrong master passwords. Raised once per window.</summary>
    public Task MasterPasswordLockedAsync(ClientInfo client, TimeSpan window, CancellationToken cancel) =>
        alerts.RaiseOnceAsync(new(AlertKinds.MasterPasswordLocked), "", window, client, cancel);

    /// <summary>Called after a replayed refresh token ended its session, in the caller's transaction.</summary>
    public Task RefreshTokenReusedAsync(AppDbContext db, Guid userId, Guid sessionId, ClientInfo client, CancellationToken cancel) =>
        alerts.AddAsync(db, new(AlertKinds.RefreshTokenReused) { UserId = userId, SessionId = sessionId }, client, cancel);

    /// <summary>A session was used by another kind of client than the one that signed in. Raised once for each kind.</summary>
    /// <param name="userId">The user.</param>
    /// <param name="sessionId">The session.</param>
    /// <param name="before">The kind of client that signed in.</param>
    /// <param name="client">The client that used it now.</param>
    /// <param name="cancel">Cancels.</param>
    public Task ClientChangedAsync(Guid userId, Guid sessionId, string before, ClientInfo client, CancellationToken cancel) => alerts.RaiseOnceAsync(
        new(AlertKinds.ClientChanged) { UserId = userId, SessionId = sessionId, Detail = $"{before} → {client.Device}" },
        $"{sessionId}|{client.Device}",
        KnownFor,
        client,
        cancel);

    /// <summary>
    /// A session was used from another IP prefix. Raised once a day for each prefix, so that a phone that changes networks often does not cause
    /// many alerts.
    /// </summary>
    public Task AddressChangedAsync(Guid userId, Guid sessionId, IpPrefix before, ClientInfo client, CancellationToken cancel)
    {
        var now = IpPrefix.Containing(client.Ip);
        return alerts.RaiseOnceAsync(
            new(AlertKinds.AddressChanged) { UserId = userId, SessionId = sessionId, Detail = $"{before} → {now}" }, $"{sessionId}|{now}", Day, client, cancel);
    }

    private async Task<(int Accounts, int Addresses)> CountAsync(string prefix, string account, CancellationToken cancel)
    {
        var (byPrefix, byAccount, now) = ($"spray|{prefix}", $"swarm|{account}", clock.GetUtcNow());
        await using (var note = database.CreateCommand(NoteSql))
        {
            note.Parameters.Add(new() { Value = $"{byPrefix}|{account}" });
            note.Parameters.Add(new() { Value = $"{byAccount}|{prefix}" });
            note.Parameters.Add(new() { Value = now + options.Value.Window });
            await note.ExecuteNonQueryAsync(cancel);
        }

        await using var count = database.CreateCommand(CountSql);
        count.Parameters.Add(new() { Value = byPrefix });
        count.Parameters.Add(new() { Value = byAccount });
        count.Parameters.Add(new() { Value = now });
        count.Parameters.Add(new() { Value = AlertService.KeyOf(AlertKinds.ManyAccounts, prefix) });
        count.Parameters.Add(new() { Value = AlertService.KeyOf(AlertKinds.ManyAddresses, account) });
        count.Parameters.Add(new() { Value = options.Value.AccountsPerAddress });
        count.Parameters.Add(new() { Value = options.Value.AddressesPerAccount });
        await using var row = await count.ExecuteReaderAsync(cancel);
        await row.ReadAsync(cancel);
        return ((int)row.GetInt64(0), (int)row.GetInt64(1));
    }
}

/// <summary>What a rule found.</summary>
/// <param name="Kind">The kind of finding.</param>
public sealed record Finding(AlertKinds Kind)
{
    /// <summary>The account concerned, if there is one.</summary>
    public Guid? UserId { get; init; }

    /// <summary>The actor for the audit trail, if it is not an account.</summary>
    public Guid? ActorId { get; init; }

    /// <summary>The session concerned, if there is one.</summary>
    public Guid? SessionId { get; init; }

    /// <summary>The number that was counted, if the rule counts.</summary>
    public int? Count { get; init; }

    /// <summary>Whether the request's address is one of the causes; false if there are many.</summary>
    public bool HasAddress { get; init; } = true;

    /// <summary>A short additional text for the audit trail.</summary>
    public string? Detail { get; init; }
}
