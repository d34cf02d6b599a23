using Npgsql;
using WebApp.Platform.Data;

namespace WebApp.Platform.Workers;

/// <summary>Runs every feature's <see cref="Prune"/> hourly, on one node.</summary>
public sealed class PruneWorker(IEnumerable<Prune> statements, DirectDatabase database, DueWorks due, TimeProvider clock, ILogger<PruneWorker> logger)
    : DueWorker("prune", TimeSpan.FromHours(1), due, clock)
{
    // A DELETE locks rows in no fixed order. So its lock timeout is shorter than the time after which PostgreSQL checks for a deadlock (deadlock_timeout, 1 s).
    private const string LimitLockWaits = "SET lock_timeout = '500ms'";

    private readonly TimeProvider clock = clock;

    /// <summary>Runs all statements now.</summary>
    public override async Task RunAsync(CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using (var limit = new NpgsqlCommand(LimitLockWaits, connection))
        {
            await limit.ExecuteNonQueryAsync(cancel);
        }

        PostgresException? blocked = null;
        foreach (var statement in statements)
        {
            try
            {
                await using var command = new NpgsqlCommand(statement.Sql, connection) { Parameters = { new() { Value = clock.GetUtcNow() } } };
                await command.ExecuteNonQueryAsync(cancel);
            }
            catch (PostgresException held) when (held.SqlState == PostgresErrorCodes.LockNotAvailable)
            {
                blocked = held;
            }
        }

        if (blocked is not null)
        {
            throw blocked; // The other statements are done; the work stays due.
        }
    }

    /// <inheritdoc/>
    protected override void PutOff(Exception failure) => DataLog.PruningPutOff(logger, failure.Message);
}

/// <summary>A statement that deletes rows that are no longer needed. <c>$1</c> is the present (UTC).</summary>
public sealed record Prune(string Sql);

/// <summary>Registers statements for pruning.</summary>
public static class PruningSetup
{
    extension(IServiceCollection services)
    {
        /// <summary>Registers a statement, which runs every hour.</summary>
        public void AddPruning(string sql) => services.AddSingleton(new Prune(sql));

        /// <summary>
        /// Deletes a table's oldest rows every hour if it has more than <paramref name="rows"/>. For tables with rows of anonymous requests: those can
        /// come from any number of networks, so a limit per network does not limit the table.
        /// </summary>
        /// <param name="table">The table.</param>
        /// <param name="age">The column with the time of a row.</param>
        /// <param name="rows">The number of rows to keep.</param>
        /// <param name="condition">The condition for the rows; all if not given.</param>
        public void AddRowLimit(string table, string age, int rows, string condition = "true") => services.AddPruning(
            $"DELETE FROM {table} WHERE {condition} AND $1::timestamptz IS NOT NULL AND {age} < (SELECT {age} FROM {table} WHERE {condition} ORDER BY {age} DESC OFFSET {rows - 1} LIMIT 1)");
    }
}
