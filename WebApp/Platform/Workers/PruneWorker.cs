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
