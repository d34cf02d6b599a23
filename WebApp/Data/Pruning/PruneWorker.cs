using Npgsql;

namespace WebApp.Data.Pruning;

/// <summary>Runs every feature's <see cref="Prune"/> hourly. Several nodes may do so at once; each deletes what it finds.</summary>
public sealed class PruneWorker(IEnumerable<Prune> statements, DirectDatabase database, TimeProvider clock, ILogger<PruneWorker> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    /// <summary>Runs them all now.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        foreach (var statement in statements)
        {
            await using var command = database.CreateCommand(statement.Sql);
            command.Parameters.Add(new() { Value = clock.GetUtcNow() });
            await command.ExecuteNonQueryAsync(cancel);
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await RunAsync(stoppingToken);
            }
            catch (NpgsqlException failure)
            {
                DataLog.PruningPutOff(logger, failure.Message);
            }
        }
    }
}
