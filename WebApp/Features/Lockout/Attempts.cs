using Npgsql;
using NpgsqlTypes;
using WebApp.Platform.Data;
using WebApp.Platform.Http;
using WebApp.Platform.Time;
using static WebApp.Platform.Data.PreparedDatabase;

namespace WebApp.Features.Lockout;

/// <summary>Counts guesses, before they are checked: parallel requests cannot have more of them than the limit. See <see cref="Spendings"/>.</summary>
public sealed class Attempts(NpgsqlDataSource database, PreparedDatabase prepared, TimeProvider clock)
{
    // A window that ends later than one which began now was begun by a clock that ran ahead.
    private const string SpendSql = """
        INSERT INTO attempts AS a (key, count, window_ends_at) VALUES ($1, 1, $2 + $3)
        ON CONFLICT (key) DO UPDATE SET
            count = CASE WHEN a.window_ends_at <= $2 OR a.window_ends_at > $2 + $3 + $4 THEN 1 ELSE a.count + 1 END,
            window_ends_at = CASE WHEN a.window_ends_at <= $2 OR a.window_ends_at > $2 + $3 + $4 THEN $2 + $3 ELSE a.window_ends_at END
        RETURNING count, window_ends_at
        """;

    /// <summary>Takes one of <paramref name="limit"/> attempts a window. Null: go on; otherwise how long until there are new ones.</summary>
    public async Task<TimeSpan?> SpendAsync(string key, int limit, TimeSpan window, CancellationToken cancel) =>
        await AddAsync(key, window, cancel) is var (count, left) && count > limit ? left : null;

    /// <summary>Counts one more, and says which one it is in this window.</summary>
    public async Task<int> CountAsync(string key, TimeSpan window, CancellationToken cancel) => (await AddAsync(key, window, cancel)).Count;

    /// <summary>Forgets the count, after a success.</summary>
    public async Task ClearAsync(string key, CancellationToken cancel)
    {
        await using var command = database.CreateCommand("DELETE FROM attempts WHERE key = $1");
        command.Parameters.Add(new() { Value = key });
        await command.ExecuteNonQueryAsync(cancel);
    }

    private async Task GiveBackAsync(string key)
    {
        await using var command = database.CreateCommand("UPDATE attempts SET count = greatest(count - 1, 0) WHERE key = $1");
        command.Parameters.Add(new() { Value = key });
        await command.ExecuteNonQueryAsync();
    }

    private async Task<(int Count, TimeSpan Left)> AddAsync(string key, TimeSpan window, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        await using var row = await prepared.ReadAsync(
            SpendSql,
            [
                Parameter(NpgsqlDbType.Text, key),
                Parameter(NpgsqlDbType.TimestampTz, now),
                Parameter(NpgsqlDbType.Interval, window),
                Parameter(NpgsqlDbType.Interval, ClockJump.Tolerance),
            ],
            cancel);
        await row.ReadAsync(cancel);
        Spendings.Note(new object(), () => GiveBackAsync(key));
        return (row.GetInt32(0), row.GetFieldValue<DateTimeOffset>(1) - now);
    }
}
