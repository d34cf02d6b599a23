using Npgsql;
using WebApp.Platform.Data;

namespace WebApp.Platform.Workers;

/// <summary>Runs every feature's <see cref="Prune"/> hourly, on one node.</summary>
public sealed class PruneWorker(IEnumerable<Prune> statements, DirectDatabase database, DueWorks due, TimeProvider clock, ILogger<PruneWorker> logger)
    : DueWorker("prune", TimeSpan.FromHours(1), due, clock)
{
    // It locks rows in the order in which it finds them, so it gives up waiting before PostgreSQL looks for a deadlock (deadlock_timeout, 1 s).
    private const string Impatient = "SET lock_timeout = '500ms'";

    private readonly TimeProvider clock = clock;

    /// <summary>Runs them all now.</summary>
    public override async Task RunAsync(CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using (var impatient = new NpgsqlCommand(Impatient, connection))
        {
            await impatient.ExecuteNonQueryAsync(cancel);
        }

        PostgresException? inTheWay = null;
        foreach (var statement in statements)
        {
            try
            {
                await using var command = new NpgsqlCommand(statement.Sql, connection) { Parameters = { new() { Value = clock.GetUtcNow() } } };
                await command.ExecuteNonQueryAsync(cancel);
            }
            catch (PostgresException held) when (held.SqlState == PostgresErrorCodes.LockNotAvailable)
            {
                inTheWay = held;
            }
        }

        if (inTheWay is not null)
        {
            throw inTheWay; // The others are done; it stays due.
        }
    }

    /// <inheritdoc/>
    protected override void PutOff(Exception failure) => DataLog.PruningPutOff(logger, failure.Message);
}

/// <summary>A statement that deletes what is of no more use. <c>$1</c> is the present (UTC).</summary>
public sealed record Prune(string Sql);

/// <summary>Adds such statements.</summary>
public static class PruningSetup
{
    extension(IServiceCollection services)
    {
        /// <summary>Has a statement run every hour.</summary>
        public void AddPruning(string sql) => services.AddSingleton(new Prune(sql));

        /// <summary>
        /// Has a table's oldest rows deleted every hour where there are more than it may hold. For tables that strangers write to: from how many
        /// networks they do so is for them to choose, so a limit for each network is none for the table.
        /// </summary>
        /// <param name="table">The table.</param>
        /// <param name="age">The indexed column that says how old a row is.</param>
        /// <param name="rows">How many rows stay.</param>
        /// <param name="condition">Which rows are meant; all where not given.</param>
        public void AddRowLimit(string table, string age, int rows, string condition = "true") => services.AddPruning(
            $"DELETE FROM {table} WHERE {condition} AND $1::timestamptz IS NOT NULL AND {age} < (SELECT {age} FROM {table} WHERE {condition} ORDER BY {age} DESC OFFSET {rows - 1} LIMIT 1)");
    }
}
