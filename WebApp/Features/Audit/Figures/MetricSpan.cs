using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Npgsql;
using NpgsqlTypes;
using WebApp.Platform.Data;

namespace WebApp.Features.Audit.Figures;

/// <summary>A figure of all nodes in a quarter of an hour or in three hours, so that a week and a month are read from a few thousand rows.</summary>
public sealed class MetricSpan
{
    /// <summary>The marker of the last complete interval.</summary>
    public const string Complete = "complete";

    /// <summary>The length of the interval in minutes: one of <see cref="MetricSpanStore.Levels"/>.</summary>
    public required short Minutes { get; init; }

    /// <summary>The beginning of the interval (UTC).</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>A name of <see cref="MetricMinute"/>, or of <see cref="EventCount"/>.</summary>
    public required string Name { get; init; }

    /// <summary>The sum of counts, or the last value of a gauge.</summary>
    public required double Value { get; init; }

    /// <summary>For durations: the sums of the buckets.</summary>
    public long[]? Buckets { get; init; }
}

internal sealed class MetricSpanModel : IEntityTypeConfiguration<MetricSpan>
{
    public void Configure(EntityTypeBuilder<MetricSpan> span)
    {
        span.ToTable("metric_spans");
        span.HasKey(s => new { s.Minutes, s.At, s.Name });
    }
}

/// <summary>Reads and writes the spans.</summary>
public sealed class MetricSpanStore(NpgsqlDataSource database)
{
    /// <summary>The lengths of the intervals, the shortest first.</summary>
    public static IReadOnlyList<TimeSpan> Levels { get; } = [TimeSpan.FromMinutes(15), TimeSpan.FromHours(3)];

    /// <summary>The end of the last complete interval; null if there is none.</summary>
    public async Task<DateTimeOffset?> EndAsync(TimeSpan level, DateTimeOffset now, CancellationToken cancel)
    {
        await using var select = database.CreateCommand("SELECT max(at) FROM metric_spans WHERE minutes = $1 AND name = $2 AND at < $3");
        select.Parameters.Add(new() { Value = Minutes(level) });
        select.Parameters.Add(new() { Value = MetricSpan.Complete });
        select.Parameters.Add(new() { Value = now });
        return await select.ExecuteScalarAsync(cancel) is DateTime at ? new DateTimeOffset(at, TimeSpan.Zero) + level : null;
    }

    /// <summary>The figures of a time range, as minutes of one node.</summary>
    public async Task<IReadOnlyList<MetricMinute>> ReadAsync(TimeSpan level, DateTimeOffset from, DateTimeOffset until, CancellationToken cancel)
    {
        await using var select = database.CreateCommand("SELECT at, name, value, buckets FROM metric_spans WHERE minutes = $1 AND at >= $2 AND at < $3 AND name <> $4");
        select.CommandTimeout = DatabaseSettings.ReportSeconds;
        select.Parameters.Add(new() { Value = Minutes(level) });
        select.Parameters.Add(new() { Value = from });
        select.Parameters.Add(new() { Value = until });
        select.Parameters.Add(new() { Value = MetricSpan.Complete });
        await using var row = await select.ExecuteReaderAsync(cancel);
        List<MetricMinute> read = [];
        while (await row.ReadAsync(cancel))
        {
            read.Add(new()
            {
                Minute = row.GetFieldValue<DateTimeOffset>(0),
                Name = row.GetString(1),
                Node = "",
                Value = row.GetDouble(2),
                Buckets = await row.IsDBNullAsync(3, cancel) ? null : row.GetFieldValue<long[]>(3),
            });
        }

        return read;
    }

    /// <summary>Writes complete intervals. <paramref name="last"/> is the beginning of the last one.</summary>
    public async Task WriteAsync(TimeSpan level, IEnumerable<MetricMinute> figures, DateTimeOffset last, DateTimeOffset now, CancellationToken cancel)
    {
        await using var batch = database.CreateBatch();
        batch.Timeout = DatabaseSettings.ReportSeconds;

        // Written by a clock that has been set back since.
        batch.BatchCommands.Add(new("DELETE FROM metric_spans WHERE minutes = $1 AND at > $2") { Parameters = { new() { Value = Minutes(level) }, new() { Value = now } } });
        foreach (var figure in figures.Append(new() { Minute = last, Name = MetricSpan.Complete, Node = "", Value = 0 }))
        {
            batch.BatchCommands.Add(new("INSERT INTO metric_spans (minutes, at, name, value, buckets) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (minutes, at, name) DO UPDATE SET value = excluded.value, buckets = excluded.buckets")
            {
                Parameters =
                {
                    new() { Value = Minutes(level) }, new() { Value = figure.Minute }, new() { Value = figure.Name }, new() { Value = figure.Value },
                    new() { Value = (object?)figure.Buckets ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint },
                },
            });
        }

        await batch.ExecuteNonQueryAsync(cancel);
    }

    private static short Minutes(TimeSpan level) => (short)level.TotalMinutes;
}
