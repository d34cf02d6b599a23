using System.Collections.Concurrent;
using System.Globalization;
using Npgsql;
using WebApp.Platform.Changes;
using WebApp.Platform.Data;

namespace WebApp.Features.Tokens;

/// <summary>
/// Which sessions ended and which token versions were raised within the lifetime of an access token. Two look-ups in memory check any token, as long as the
/// node's LISTEN connection works.
/// </summary>
/// <remarks>
/// A revocation is kept for the longest lifetime that any configuration allows, not for this node's: the token may come from a node with another lifetime,
/// or from before a restart that shortened it.
/// </remarks>
public sealed class Revocations : BackgroundService
{
    private const string LoadSql = """
        SELECT id, NULL::int, revoked_at FROM sessions WHERE revoked_at > $1
        UNION ALL
        SELECT id, token_version, token_version_at FROM users WHERE token_version_at > $1
        """;

    // Users whose tokens may come from a clock that was ahead: they expire later than the revocation's own time suggests.
    private const string StillNeededSql = """
        SELECT id FROM sessions WHERE id = ANY ($1) AND revoked_at > $3
        UNION ALL
        SELECT u.id FROM users u WHERE u.id = ANY ($2) AND EXISTS (
            SELECT 1 FROM sessions s
            WHERE s.user_id = u.id AND s.token_version < u.token_version AND greatest(s.created_at, s.refresh_rotated_at, s.authenticated_at) > $3)
        """;

    private static readonly TimeSpan PruneInterval = TimeSpan.FromMinutes(1);

    // Twice the skew: the clock of the issuing node may be ahead, and that of this one behind.
    private static readonly TimeSpan Retention = TokenOptions.MaxAccessTokenLifetime + (2 * TokenOptions.MaxClockSkew);

    private readonly DirectDatabase database;
    private readonly TimeProvider clock;
    private readonly ConcurrentDictionary<Guid, DateTimeOffset> sessions = [];
    private readonly ConcurrentDictionary<Guid, (int Version, DateTimeOffset At)> users = [];

    /// <summary>Subscribes to the changes that revoke tokens.</summary>
    public Revocations(DirectDatabase database, ChangeFeed feed, TimeProvider clock)
    {
        (this.database, this.clock) = (database, clock);
        feed.OnReset(LoadAsync);
        feed.On(Topics.SessionEnded, payload => sessions[Guid.Parse(payload)] = clock.GetUtcNow());
        feed.On(Topics.UserChanged, OnUserChanged);
    }

    /// <summary>Whether a token with these claims was revoked, as far as this node knows.</summary>
    public bool Covers(AccessTokenClaims claims) =>
        (claims.SessionId is { } session && sessions.ContainsKey(session))
        || (users.TryGetValue(claims.Subject, out var user) && claims.Version < user.Version);

    /// <summary>Deletes entries that no token needs any more. Runs every minute.</summary>
    public async Task PruneAsync(CancellationToken cancel)
    {
        var before = clock.GetUtcNow() - Retention;
        Guid[] oldSessions = [.. sessions.Where(entry => entry.Value < before).Select(entry => entry.Key)];
        Guid[] oldUsers = [.. users.Where(entry => entry.Value.At < before).Select(entry => entry.Key)];
        if (oldSessions.Length + oldUsers.Length == 0)
        {
            return;
        }

        var needed = await StillNeededAsync(oldSessions, oldUsers, before, cancel);
        foreach (var id in oldSessions.Where(id => !needed.Contains(id)))
        {
            sessions.TryRemove(id, out _);
        }

        foreach (var id in oldUsers.Where(id => !needed.Contains(id)))
        {
            if (users.TryGetValue(id, out var entry) && entry.At < before)
            {
                users.TryRemove(KeyValuePair.Create(id, entry));
            }
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(PruneInterval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await PruneAsync(stoppingToken);
            }
            catch (NpgsqlException)
            {
                // The database is unreachable: nothing is deleted that may be needed.
            }
        }
    }

    private async Task<HashSet<Guid>> StillNeededAsync(Guid[] oldSessions, Guid[] oldUsers, DateTimeOffset before, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(StillNeededSql);
        command.Parameters.Add(new() { Value = oldSessions });
        command.Parameters.Add(new() { Value = oldUsers });
        command.Parameters.Add(new() { Value = before });
        await using var row = await command.ExecuteReaderAsync(cancel);
        HashSet<Guid> needed = [];
        while (await row.ReadAsync(cancel))
        {
            needed.Add(row.GetGuid(0));
        }

        return needed;
    }

    /// <summary>Reads what the database has of them. Runs at the start and whenever the LISTEN connection is made anew.</summary>
    public async Task LoadAsync(CancellationToken cancel)
    {
        await using var command = database.CreateCommand(LoadSql);
        command.Parameters.Add(new() { Value = clock.GetUtcNow() - Retention });
        await using var row = await command.ExecuteReaderAsync(cancel);
        while (await row.ReadAsync(cancel))
        {
            var (id, at) = (row.GetGuid(0), row.GetFieldValue<DateTimeOffset>(2));
            if (row.IsDBNull(1))
            {
                sessions[id] = at;
            }
            else
            {
                Raise(id, row.GetInt32(1), at);
            }
        }
    }

    // Payload: the user's id and, unless only roles changed, a space and the token version.
    private void OnUserChanged(string payload)
    {
        const int idLength = 36;
        if (payload.Length > idLength)
        {
            Raise(Guid.Parse(payload.AsSpan(0, idLength)), int.Parse(payload.AsSpan(idLength + 1), CultureInfo.InvariantCulture), clock.GetUtcNow());
        }
    }

    // No token is older than the first version. Other changes of a user are announced the same way, and would fill the memory.
    private void Raise(Guid user, int version, DateTimeOffset at)
    {
        if (version > 0)
        {
            users.AddOrUpdate(user, (version, at), (_, known) => known.Version >= version ? known : (version, at));
        }
    }
}
