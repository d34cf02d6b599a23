using System.Collections.Concurrent;
using System.Globalization;
using WebApp.Data;
using WebApp.Data.Changes;

namespace WebApp.Tokens;

/// <summary>
/// Which sessions ended and which seeds were raised within the life of an access token: two look-ups in memory judge any
/// token, as long as the node hears the database.
/// </summary>
/// <remarks>
/// A revocation is kept for the longest life that any configuration allows, not for this node's: the token may come from a node with another
/// lifetime, or from before a restart that lowered it.
/// </remarks>
public sealed class Revocations : BackgroundService
{
    private const string LoadSql = """
        SELECT id, NULL::int, revoked_at FROM sessions WHERE revoked_at > $1
        UNION ALL
        SELECT id, token_version, token_version_at FROM users WHERE token_version_at > $1
        """;

    private static readonly TimeSpan PruneInterval = TimeSpan.FromMinutes(1);

    // Twice the skew: the clock of the node that wrote the token may be ahead, and that of this one behind.
    private static readonly TimeSpan Retention = TokenOptions.MaxAccessTokenLifetime + (2 * TokenOptions.MaxClockSkew);

    private readonly DirectDatabase database;
    private readonly TimeProvider clock;
    private readonly ConcurrentDictionary<Guid, DateTimeOffset> sessions = [];
    private readonly ConcurrentDictionary<Guid, (int Version, DateTimeOffset At)> users = [];

    /// <summary>Subscribes to the changes that kill tokens.</summary>
    public Revocations(DirectDatabase database, ChangeFeed feed, TimeProvider clock)
    {
        (this.database, this.clock) = (database, clock);
        feed.OnReset(LoadAsync);
        feed.On(Topics.SessionEnded, payload => sessions[Guid.Parse(payload)] = clock.GetUtcNow());
        feed.On(Topics.UserChanged, HearUser);
    }

    /// <summary>Whether a token with these claims has been killed, as far as this node has heard.</summary>
    public bool Covers(AccessTokenClaims claims) =>
        (claims.SessionId is { } session && sessions.ContainsKey(session))
        || (users.TryGetValue(claims.Subject, out var user) && claims.Version < user.Version);

    /// <summary>Drops what concerns no token any more. Runs every minute.</summary>
    public void Prune()
    {
        var before = clock.GetUtcNow() - Retention;
        foreach (var (id, at) in sessions)
        {
            if (at < before)
            {
                sessions.TryRemove(id, out _);
            }
        }

        foreach (var (id, entry) in users)
        {
            if (entry.At < before)
            {
                users.TryRemove(id, out _);
            }
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(PruneInterval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            Prune();
        }
    }

    private async Task LoadAsync(CancellationToken cancel)
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
    private void HearUser(string payload)
    {
        const int idLength = 36;
        if (payload.Length > idLength)
        {
            Raise(Guid.Parse(payload.AsSpan(0, idLength)), int.Parse(payload.AsSpan(idLength + 1), CultureInfo.InvariantCulture), clock.GetUtcNow());
        }
    }

    // No token is older than the first version. Other changes of a user are announced alike, and would fill the memory.
    private void Raise(Guid user, int version, DateTimeOffset at)
    {
        if (version > 0)
        {
            users.AddOrUpdate(user, (version, at), (_, known) => known.Version >= version ? known : (version, at));
        }
    }
}
