using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Npgsql;
using NpgsqlTypes;
using WebApp.Platform.Data;
using WebApp.Platform.Workers;

namespace WebApp.Features.Audit.Figures;

/// <summary>Stores the minutes in the database, where every node writes its own and reads all.</summary>
public sealed class MinuteStore(NpgsqlDataSource database, IEnumerable<Gauge> gauges)
{
    /// <summary>Writes minutes; earlier values of them are replaced.</summary>
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

    /// <summary>Writes the gauges of a minute, unless a node did so already: they apply to the whole installation, and one reading is sufficient.</summary>
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

    /// <summary>The current values of the gauges, or of those that read a large table.</summary>
    public async Task<IReadOnlyDictionary<string, long>> ReadGaugesAsync(DateTimeOffset now, bool slow, CancellationToken cancel)
    {
        Dictionary<string, long> read = [];
        await using var connection = await database.OpenConnectionAsync(cancel);
        foreach (var gauge in gauges.Where(gauge => gauge.IsSlow == slow))
        {
            await using var select = new NpgsqlCommand($"SELECT ({gauge.Sql})::bigint WHERE $1 IS NOT NULL", connection) { CommandTimeout = DatabaseSettings.ReportSeconds, Parameters = { new() { Value = now } } };
            read[gauge.Name] = await select.ExecuteScalarAsync(cancel) as long? ?? 0;
        }

        return read;
    }

    /// <summary>All nodes' minutes from a time on.</summary>
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

/// <summary>The count of one node, or the value of a gauge, in one minute.</summary>
public sealed class MetricMinute
{
    /// <summary>The beginning of the minute (UTC).</summary>
    public required DateTimeOffset Minute { get; init; }

    /// <summary>The name of the metric: a value of <see cref="MetricName"/>, or a gauge's name.</summary>
    public required string Name { get; init; }

    /// <summary>The process that counted.</summary>
    public required string Node { get; init; }

    /// <summary>The count.</summary>
    public required double Value { get; init; }

    /// <summary>For durations: the counts per bucket of <see cref="TimeScale"/>, without empty ones at the end. Otherwise null.</summary>
    public long[]? Buckets { get; init; }
}

internal sealed class MetricMinuteModel : IEntityTypeConfiguration<MetricMinute>
{
    public void Configure(EntityTypeBuilder<MetricMinute> minute)
    {
        minute.ToTable("metric_minutes");
        minute.HasKey(m => new { m.Minute, m.Name, m.Node });
    }
}

/// <summary>Assigns this process's counts to the minutes in which they were counted, and keeps the minutes until they are written.</summary>
public sealed class MinuteBook(MetricCollector collector, TimeProvider clock)
{
    // The figures survive a database outage of this length.
    private const int MaxMinutes = 60;

    private readonly Lock gate = new();
    private readonly Dictionary<string, (long Count, long[]? Buckets)> noted = [];
    private readonly SortedDictionary<DateTimeOffset, Dictionary<string, (long Count, long[]? Buckets)>> minutes = [];

    /// <summary>This process's name; new at every start.</summary>
    public string Node { get; } = $"{Environment.MachineName}-{Guid.NewGuid().ToString("N")[..8]}";

    /// <summary>The minute of a time.</summary>
    public static DateTimeOffset MinuteOf(DateTimeOffset time) => DateTimeOffset.FromUnixTimeSeconds(time.ToUnixTimeSeconds() / 60 * 60);

    /// <summary>Adds the counts since the last call to the current minute. Returns the minutes that are not written yet, including the current one.</summary>
    public IReadOnlyList<MetricMinute> Note()
    {
        lock (gate)
        {
            var minute = MinuteOf(clock.GetUtcNow());
            if (!minutes.TryGetValue(minute, out var page))
            {
                minutes[minute] = page = [];
            }

            foreach (var (name, count, buckets) in collector.Read())
            {
                var before = noted.GetValueOrDefault(name);
                var sofar = page.GetValueOrDefault(name);
                page[name] = (sofar.Count + count - before.Count, Sum(sofar.Buckets, buckets, before.Buckets));
                noted[name] = (count, buckets);
            }

            while (minutes.Count > MaxMinutes)
            {
                minutes.Remove(minutes.First().Key);
            }

            return [.. minutes.SelectMany(entry => entry.Value.Select(figure => new MetricMinute
            {
                Minute = entry.Key, Name = figure.Key, Node = Node, Value = figure.Value.Count, Buckets = Trimmed(figure.Value.Buckets),
            }))];
        }
    }

    /// <summary>Removes minutes that are over and were written.</summary>
    public void Forget(DateTimeOffset before)
    {
        lock (gate)
        {
            foreach (var minute in minutes.Keys.Where(minute => minute < before).ToList())
            {
                minutes.Remove(minute);
            }
        }
    }

    private static long[]? Sum(long[]? sofar, long[]? now, long[]? before) =>
        now is null ? null : [.. now.Select((count, i) => (sofar?[i] ?? 0) + count - (before?[i] ?? 0))];

    private static long[]? Trimmed(long[]? buckets) => buckets?[..(Array.FindLastIndex(buckets, count => count > 0) + 1)];
}
