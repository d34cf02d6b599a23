using Npgsql;
using NpgsqlTypes;
using WebApp.Platform.Data;
using WebApp.Platform.Workers;

namespace WebApp.Features.Audit.Figures;

/// <summary>The minutes in the database, where every node writes its own and reads everybody's.</summary>
public sealed class MinuteStore(NpgsqlDataSource database, IEnumerable<Gauge> gauges)
{
    /// <summary>Writes minutes; what was written of them before is replaced.</summary>
    public async Task WriteAsync(IReadOnlyList<MetricMinute> minutes, CancellationToken cancel)
    {
        await using var batch = database.CreateBatch();
        batch.Timeout = DatabaseSettings.ReportSeconds;
        foreach (var minute in minutes)
        {
            batch.BatchCommands.Add(new(
                "INSERT INTO metric_minutes (minute, name, node, value, buckets) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (minute, name, node) DO UPDATE SET value = excluded.value, buckets = excluded.buckets")
            {
                Parameters =
                {
                    new() { Value = minute.Minute }, new() { Value = minute.Name }, new() { Value = minute.Node }, new() { Value = minute.Value },
                    new() { Value = (object?)minute.Buckets ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint },
                },
            });
        }

        await batch.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>Notes the gauges of a minute, unless a node did so already: they are the whole installation's, and one look is enough.</summary>
    public async Task WriteGaugesAsync(DateTimeOffset minute, string node, DateTimeOffset now, CancellationToken cancel)
    {
        foreach (var gauge in gauges)
        {
            await using var insert = database.CreateCommand(
                $"INSERT INTO metric_minutes (minute, name, node, value) SELECT $2, $3, $4, ({gauge.Sql}) WHERE $1 IS NOT NULL AND NOT EXISTS (SELECT 1 FROM metric_minutes WHERE minute = $2 AND name = $3) ON CONFLICT DO NOTHING");
            insert.CommandTimeout = DatabaseSettings.ReportSeconds;
            insert.Parameters.Add(new() { Value = now });
            insert.Parameters.Add(new() { Value = minute });
            insert.Parameters.Add(new() { Value = gauge.Name });
            insert.Parameters.Add(new() { Value = node });
            await insert.ExecuteNonQueryAsync(cancel);
        }
    }

    /// <summary>What the gauges say now.</summary>
    public async Task<IReadOnlyDictionary<string, long>> ReadGaugesAsync(DateTimeOffset now, CancellationToken cancel)
    {
        Dictionary<string, long> read = [];
        await using var connection = await database.OpenConnectionAsync(cancel);
        foreach (var gauge in gauges)
        {
            await using var select = new NpgsqlCommand($"SELECT ({gauge.Sql})::bigint WHERE $1 IS NOT NULL", connection) { CommandTimeout = DatabaseSettings.ReportSeconds, Parameters = { new() { Value = now } } };
            read[gauge.Name] = await select.ExecuteScalarAsync(cancel) as long? ?? 0;
        }

        return read;
    }

    /// <summary>Every node's minutes from a time on.</summary>
    public async Task<IReadOnlyList<MetricMinute>> ReadAsync(DateTimeOffset from, CancellationToken cancel)
    {
        await using var select = database.CreateCommand("SELECT minute, name, node, value, buckets FROM metric_minutes WHERE minute >= $1");
        select.Parameters.Add(new() { Value = from });
        await using var row = await select.ExecuteReaderAsync(cancel);
        List<MetricMinute> minutes = [];
        while (await row.ReadAsync(cancel))
        {
            minutes.Add(new()
            {
                Minute = row.GetFieldValue<DateTimeOffset>(0),
                Name = row.GetString(1),
                Node = row.GetString(2),
                Value = row.GetDouble(3),
                Buckets = await row.IsDBNullAsync(4, cancel) ? null : row.GetFieldValue<long[]>(4),
            });
        }

        return minutes;
    }
}
