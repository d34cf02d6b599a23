using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
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

/// <summary>What a node counted, or how much there was of something, in one minute.</summary>
public sealed class MetricMinute
{
    /// <summary>Where the minute begins (UTC).</summary>
    public required DateTimeOffset Minute { get; init; }

    /// <summary>Of what: one of <see cref="MetricName"/>, or a gauge's name.</summary>
    public required string Name { get; init; }

    /// <summary>Which process counted.</summary>
    public required string Node { get; init; }

    /// <summary>How many.</summary>
    public required double Value { get; init; }

    /// <summary>Of times: how many fell into each span of <see cref="TimeScale"/>, without empty ones at the end. Null where no times were taken.</summary>
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

/// <summary>Puts what this process counted down to the minutes it was counted in, and keeps the minutes until they are written.</summary>
public sealed class MinuteBook(Counting counting, TimeProvider clock)
{
    // So long an outage of the database the figures survive.
    private const int MostKept = 60;

    private readonly Lock gate = new();
    private readonly Dictionary<string, (long Count, long[]? Buckets)> noted = [];
    private readonly SortedDictionary<DateTimeOffset, Dictionary<string, (long Count, long[]? Buckets)>> minutes = [];

    /// <summary>Which process this is; new at every start.</summary>
    public string Node { get; } = $"{Environment.MachineName}-{Guid.NewGuid().ToString("N")[..8]}";

    /// <summary>The minute a time lies in.</summary>
    public static DateTimeOffset MinuteOf(DateTimeOffset time) => DateTimeOffset.FromUnixTimeSeconds(time.ToUnixTimeSeconds() / 60 * 60);

    /// <summary>Notes what was counted since the last time under the present minute; returns the minutes not written yet, that one included.</summary>
    public IReadOnlyList<MetricMinute> Note()
    {
        lock (gate)
        {
            var minute = MinuteOf(clock.GetUtcNow());
            if (!minutes.TryGetValue(minute, out var page))
            {
                minutes[minute] = page = [];
            }

            foreach (var (name, count, buckets) in counting.Read())
            {
                var before = noted.GetValueOrDefault(name);
                var sofar = page.GetValueOrDefault(name);
                page[name] = (sofar.Count + count - before.Count, Sum(sofar.Buckets, buckets, before.Buckets));
                noted[name] = (count, buckets);
            }

            while (minutes.Count > MostKept)
            {
                minutes.Remove(minutes.First().Key);
            }

            return [.. minutes.SelectMany(entry => entry.Value.Select(figure => new MetricMinute
            {
                Minute = entry.Key, Name = figure.Key, Node = Node, Value = figure.Value.Count, Buckets = Trimmed(figure.Value.Buckets),
            }))];
        }
    }

    /// <summary>Lets go of minutes that are over and were written.</summary>
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
