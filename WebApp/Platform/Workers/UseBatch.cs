using System.Collections.Concurrent;
using System.Net;
using Npgsql;
using WebApp.Platform.Data;

namespace WebApp.Platform.Workers;

/// <summary>Collects the last uses of rows in memory and writes them in batches: one UPDATE per flush for any number of requests.</summary>
/// <param name="database">The database.</param>
/// <param name="clock">The clock for the flushes.</param>
/// <param name="logger">Logs failed flushes.</param>
/// <param name="sql">The UPDATE: <c>$1</c> ids, <c>$2</c> times, <c>$3</c> addresses, arrays of one length.</param>
public abstract class UseBatch(DirectDatabase database, TimeProvider clock, ILogger logger, string sql) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private ConcurrentDictionary<Guid, (DateTimeOffset At, IPAddress? Ip)> uses = [];

    /// <summary>Records a use in memory; fast enough for every request.</summary>
    public void Note(Guid id, DateTimeOffset at, IPAddress? ip) => uses[id] = (at, ip);

    /// <summary>Writes the recorded uses; keeps them if the database is unreachable.</summary>
    public async Task FlushAsync(CancellationToken cancel)
    {
        var batch = Interlocked.Exchange(ref uses, []);
        if (batch.IsEmpty)
        {
            return;
        }

        try
        {
            var rows = batch.ToArray();
            await using var command = database.CreateCommand(sql);
            command.Parameters.Add(new() { Value = rows.Select(r => r.Key).ToArray() });
            command.Parameters.Add(new() { Value = rows.Select(r => r.Value.At).ToArray() });
            command.Parameters.Add(new() { Value = rows.Select(r => r.Value.Ip).ToArray(), NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Array | NpgsqlTypes.NpgsqlDbType.Inet });
            await command.ExecuteNonQueryAsync(cancel);
        }
        catch (NpgsqlException failure)
        {
            DataLog.UsesKept(logger, batch.Count, failure.Message);
            foreach (var (id, use) in batch)
            {
                uses.TryAdd(id, use);
            }
        }
    }

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await FlushAsync(cancellationToken);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await FlushAsync(stoppingToken);
        }
    }
}
