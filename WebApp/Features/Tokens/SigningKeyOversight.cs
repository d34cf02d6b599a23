using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Npgsql;
using WebApp.Features.Audit;
using WebApp.Platform.Changes;
using WebApp.Platform.Data;
using WebApp.Platform.Http.Client;

namespace WebApp.Features.Tokens;

/// <summary>Shows the signing keys in the administration console, and rotates them on request.</summary>
/// <remarks>
/// Tokens are not stored, so they cannot be counted. But the time of a session's newest refresh token determines the key that signed it, and each session
/// has one such valid token: those are counted. An access token made with it expires within minutes.
/// </remarks>
public sealed class SigningKeyOversight(
    IDbContextFactory<AppDbContext> contexts, NpgsqlDataSource database, SigningKeys keys, SigningKeyRing ring, AuditTrail audit, IOptions<TokenOptions> options, TimeProvider clock)
{
    /// <summary>How many sessions of a key are counted at most.</summary>
    public const int MaxCounted = 1_000;

    private static readonly string LiveSessionsSql = FormattableString.Invariant($"""
        SELECT count(*), max(ends_at) FROM (
            SELECT least(s.expires_at, coalesce(s.refresh_rotated_at, s.created_at) + s.idle_limit) AS ends_at
            FROM sessions s JOIN users u ON u.id = s.user_id
            WHERE s.kind = 'api' AND s.revoked_at IS NULL AND s.token_version >= u.token_version
              AND least(s.expires_at, coalesce(s.refresh_rotated_at, s.created_at) + s.idle_limit) > $1
              AND coalesce(s.refresh_rotated_at, s.created_at) >= $2 AND coalesce(s.refresh_rotated_at, s.created_at) < $3
            LIMIT {MaxCounted + 1}) live
        """);

    /// <summary>Whether the application creates and rotates the keys; otherwise they come from the configuration.</summary>
    public bool AreManaged => keys.AreManaged;

    /// <summary>Every key, the newest first, including retired ones that are still stored.</summary>
    public async Task<IReadOnlyList<SigningKeyView>> ListAsync(CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        if (!AreManaged)
        {
            var (sessions, ends) = await CountSessionsAsync(now, DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue, cancel);
            return [.. options.Value.SigningKeys.Select((key, n) => new SigningKeyView(
                key.Id, n == 0 ? SigningKeyState.Signing : SigningKeyState.Verifying, null, null, null, null,
                options.Value.SigningKeys.Count == 1 ? sessions : null, options.Value.SigningKeys.Count == 1 ? ends : null))];
        }

        await using var db = await contexts.CreateDbContextAsync(cancel);
        var rows = await db.SigningKeys.AsNoTracking().OrderBy(row => row.ActivatesAt).ThenBy(row => row.Id)
            .Select(row => new { row.Id, row.CreatedAt, row.ActivatesAt, row.RetiresAt }).ToListAsync(cancel);
        List<SigningKeyView> views = [];
        for (var i = 0; i < rows.Count; i++)
        {
            var (row, next) = (rows[i], i + 1 < rows.Count ? rows[i + 1].ActivatesAt : (DateTimeOffset?)null);
            var state = row.ActivatesAt > now ? SigningKeyState.Announced
                : row.RetiresAt <= now ? SigningKeyState.Retired
                : next is null || next > now ? SigningKeyState.Signing
                : SigningKeyState.Verifying;

            // The first key signed everything before it. One that has not signed yet, or no longer verifies, has none, and to find that would take a look at every session.
            var (sessions, ends) = state is SigningKeyState.Announced or SigningKeyState.Retired ? (0, null) : await CountSessionsAsync(now, i == 0 ? DateTimeOffset.UnixEpoch : row.ActivatesAt, next ?? DateTimeOffset.MaxValue, cancel);
            views.Add(new(row.Id, state, row.CreatedAt, row.ActivatesAt, next, row.RetiresAt, sessions, ends));
        }

        views.Reverse();
        return views;
    }

    /// <summary>
    /// Announces the next key and records who asked. It becomes active after <see cref="SigningKeySchedule.ShortNotice"/>, and older tokens stay valid.
    /// Asking again meanwhile gives the same key. Null if the keys come from the configuration.
    /// </summary>
    public async Task<SigningKey?> RotateAsync(Guid userId, Guid? sessionId, ClientInfo client, CancellationToken cancel)
    {
        if (!AreManaged)
        {
            return null;
        }

        // Recorded first: a new key without a record of who asked would be worse than a record without a key.
        await using var db = await contexts.CreateDbContextAsync(cancel);
        audit.Add(db, SecurityEventKind.SigningKeyRotated, client, userId, sessionId);
        await db.SaveChangesAsync(cancel);
        await keys.RotateAsync(cancel);
        return ring.Current.Keys[^1];
    }

    private async Task<(long Sessions, DateTimeOffset? EndsAt)> CountSessionsAsync(DateTimeOffset now, DateTimeOffset from, DateTimeOffset until, CancellationToken cancel)
    {
        await using var select = database.CreateCommand(LiveSessionsSql);
        select.Parameters.Add(new() { Value = now });
        select.Parameters.Add(new() { Value = from });
        select.Parameters.Add(new() { Value = until });
        await using var row = await select.ExecuteReaderAsync(cancel);
        await row.ReadAsync(cancel);
        var count = row.GetInt64(0);
        return (count, count > MaxCounted || await row.IsDBNullAsync(1, cancel) ? null : row.GetFieldValue<DateTimeOffset>(1));
    }
}

/// <summary>A signing key as shown in the console.</summary>
/// <param name="Id">The <c>kid</c>.</param>
/// <param name="State">Its state.</param>
/// <param name="CreatedAt">When it was created (UTC); null for a configured key.</param>
/// <param name="ActivatesAt">When it starts to sign (UTC); null for a configured key.</param>
/// <param name="SignsUntil">When its successor starts to sign (UTC); null while there is none.</param>
/// <param name="RetiresAt">When it stops verifying (UTC) and can safely be removed; null while that is not decided.</param>
/// <param name="Sessions">Sessions whose newest refresh token it signed and that is still valid; null if unknown. Above <see cref="SigningKeyOversight.MaxCounted"/>: at least that many.</param>
/// <param name="LastTokenEndsAt">When the last of those tokens expires if it is not used (UTC); null if not all are counted.</param>
public sealed record SigningKeyView(
    string Id, SigningKeyState State, DateTimeOffset? CreatedAt, DateTimeOffset? ActivatesAt, DateTimeOffset? SignsUntil, DateTimeOffset? RetiresAt, long? Sessions, DateTimeOffset? LastTokenEndsAt);

/// <summary>Loads the keys before the first request, and maintains them every hour.</summary>
internal sealed class SigningKeyMaintenance(SigningKeys keys, ChangeFeed feed, TimeProvider time, ILogger<SigningKeyMaintenance> log) : BackgroundService
{
    /// <inheritdoc/>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await keys.MaintainAsync(cancellationToken);
        feed.On(Topics.SigningKeysChanged, _ => ReloadSoon());
        feed.OnReset(keys.ReloadAsync);
        await base.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(SigningKeySchedule.MaintenanceInterval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await keys.MaintainAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // The notice is a day: there are many more hours in which to do it.
                log.SigningKeyMaintenanceFailed(e);
            }
        }
    }

    private async void ReloadSoon()
    {
        try
        {
            await keys.ReloadAsync(CancellationToken.None);
        }
        catch (Exception e)
        {
            // The announcement comes a day before the first use, and an unknown key causes a reload.
            log.SigningKeyMaintenanceFailed(e);
        }
    }
}
