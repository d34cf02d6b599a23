using System.Collections.Concurrent;
using System.Net;
using Npgsql;

namespace WebApp.Sessions;

/// <summary>Collects last uses in memory and writes them in batches: one UPDATE a flush, however many requests.</summary>
public sealed class LastSeen(NpgsqlDataSource database, TimeProvider clock, ILogger<LastSeen> logger) : BackgroundService
{
    private const string Sql = """
        UPDATE sessions s SET last_seen_at = seen.at, ip = coalesce(seen.ip, s.ip)
        FROM unnest($1::uuid[], $2::timestamptz[], $3::inet[]) AS seen (id, at, ip)
        WHERE s.id = seen.id AND s.last_seen_at < seen.at
        """;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Precision = TimeSpan.FromSeconds(1);

    private ConcurrentDictionary<Guid, (DateTimeOffset At, IPAddress? Ip)> seen = [];

    /// <summary>Notes a use, to the second; cheap enough for every request.</summary>
    public void Note(Guid sessionId, DateTimeOffset at, IPAddress? ip)
    {
        if (!seen.TryGetValue(sessionId, out var known) || at - known.At >= Precision || !Equals(ip, known.Ip))
        {
            seen[sessionId] = (at, ip);
        }
    }

    /// <summary>Writes what was noted.</summary>
    public async Task FlushAsync(CancellationToken cancel)
    {
        var batch = Interlocked.Exchange(ref seen, []);
        if (batch.IsEmpty)
        {
            return;
        }

        try
        {
            // In id order, so that two nodes flushing the same sessions cannot deadlock.
            var rows = batch.OrderBy(entry => entry.Key).ToArray();
            await using var command = database.CreateCommand(Sql);
            command.Parameters.Add(new() { Value = rows.Select(r => r.Key).ToArray() });
            command.Parameters.Add(new() { Value = rows.Select(r => r.Value.At).ToArray() });
            command.Parameters.Add(new() { Value = rows.Select(r => r.Value.Ip).ToArray(), NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Array | NpgsqlTypes.NpgsqlDbType.Inet });
            await command.ExecuteNonQueryAsync(cancel);
        }
        catch (NpgsqlException failure)
        {
            Log.LastSeenKept(logger, batch.Count, failure.Message);
            foreach (var (id, use) in batch)
            {
                seen.TryAdd(id, use);
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
