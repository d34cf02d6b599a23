using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Npgsql;
using WebApp.Features.Audit;
using WebApp.Platform.Changes;
using WebApp.Platform.Data;
using WebApp.Platform.Http.Client;

namespace WebApp.Features.Tokens;

/// <summary>The signing keys for whoever looks after them, and the next one on request.</summary>
/// <remarks>
/// No token is kept, so tokens cannot be counted. But which key signed a session's newest refresh token follows from when it was made, and each
/// session has one such token that is good: those are counted. An access token made with it runs out within minutes.
/// </remarks>
public sealed class SigningKeyOversight(
    IDbContextFactory<AppDbContext> contexts, NpgsqlDataSource database, SigningKeys keys, SigningKeyRing ring, AuditTrail audit, IOptions<TokenOptions> options, TimeProvider clock)
{
    private const string Living = """
        SELECT count(*), max(least(s.expires_at, coalesce(s.refresh_rotated_at, s.created_at) + s.idle_limit))
        FROM sessions s JOIN users u ON u.id = s.user_id
        WHERE s.kind = 'api' AND s.revoked_at IS NULL AND s.token_version >= u.token_version
          AND least(s.expires_at, coalesce(s.refresh_rotated_at, s.created_at) + s.idle_limit) > $1
          AND coalesce(s.refresh_rotated_at, s.created_at) >= $2 AND coalesce(s.refresh_rotated_at, s.created_at) < $3
        """;

    /// <summary>Whether the application makes and rotates them; otherwise they are the configuration's.</summary>
    public bool AreManaged => keys.AreManaged;

    /// <summary>Every key, the newest first, the retired ones that are still remembered included.</summary>
    public async Task<IReadOnlyList<SigningKeyView>> ListAsync(CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        if (!AreManaged)
        {
            var (sessions, ends) = await LivingAsync(now, DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue, cancel);
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

            // The first key signed whatever there was before it.
            var (sessions, ends) = await LivingAsync(now, i == 0 ? DateTimeOffset.UnixEpoch : row.ActivatesAt, next ?? DateTimeOffset.MaxValue, cancel);
            views.Add(new(row.Id, state, row.CreatedAt, row.ActivatesAt, next, row.RetiresAt, sessions, ends));
        }

        views.Reverse();
        return views;
    }

    /// <summary>
    /// Announces the next key and notes who asked; it takes over in <see cref="SigningKeySchedule.ShortNotice"/>, and what was signed before stays good.
    /// Asked again meanwhile, it is the same one. Null where the keys are the configuration's.
    /// </summary>
    public async Task<SigningKey?> RotateAsync(Guid userId, Guid? sessionId, ClientInfo client, CancellationToken cancel)
    {
        if (!AreManaged)
        {
            return null;
        }

        // Noted first: a key that comes without a word of who wanted it would be worse than a word without a key.
        await using var db = await contexts.CreateDbContextAsync(cancel);
        audit.Add(db, SecurityEventKind.SigningKeyRotated, client, userId, sessionId);
        await db.SaveChangesAsync(cancel);
        await keys.RotateAsync(cancel);
        return ring.Current.Keys[^1];
    }

    private async Task<(long Sessions, DateTimeOffset? EndsAt)> LivingAsync(DateTimeOffset now, DateTimeOffset from, DateTimeOffset until, CancellationToken cancel)
    {
        await using var select = database.CreateCommand(Living);
        select.Parameters.Add(new() { Value = now });
        select.Parameters.Add(new() { Value = from });
        select.Parameters.Add(new() { Value = until });
        await using var row = await select.ExecuteReaderAsync(cancel);
        await row.ReadAsync(cancel);
        return (row.GetInt64(0), await row.IsDBNullAsync(1, cancel) ? null : row.GetFieldValue<DateTimeOffset>(1));
    }
}

/// <summary>A signing key as the console shows it.</summary>
/// <param name="Id">The <c>kid</c>.</param>
/// <param name="State">Where in its life it is.</param>
/// <param name="CreatedAt">When it was made (UTC); null for a configured one.</param>
/// <param name="ActivatesAt">First instant at which it signs (UTC); null for a configured one.</param>
/// <param name="SignsUntil">When its successor takes over (UTC); null while there is none.</param>
/// <param name="RetiresAt">When it stops verifying (UTC), after which it is safe to drop; null while that is not decided.</param>
/// <param name="Sessions">Sessions whose newest refresh token it signed and that are still good; null where that cannot be told.</param>
/// <param name="LastTokenEndsAt">When the last of those tokens runs out if it is not used (UTC).</param>
public sealed record SigningKeyView(
    string Id, SigningKeyState State, DateTimeOffset? CreatedAt, DateTimeOffset? ActivatesAt, DateTimeOffset? SignsUntil, DateTimeOffset? RetiresAt, long? Sessions, DateTimeOffset? LastTokenEndsAt);

/// <summary>Loads the keys before the first request is taken, and looks after them every hour.</summary>
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
            // The announcement comes a day before the first use, and an unknown key is looked for when it is met.
            log.SigningKeyMaintenanceFailed(e);
        }
    }
}
