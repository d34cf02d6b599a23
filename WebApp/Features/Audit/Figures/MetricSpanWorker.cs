using WebApp.Platform.Workers;

namespace WebApp.Features.Audit.Figures;

/// <summary>
/// Adds minutes and events up to quarters of an hour, and those to three hours, every five minutes on one node. The dashboard reads what is not added up
/// yet from minutes and events.
/// </summary>
public sealed class MetricSpanWorker(MetricSpanStore spans, MinuteStore minutes, EventCounts events, IEnumerable<Gauge> gauges, DueWorks due, TimeProvider clock, ILogger<MetricSpanWorker> logger)
    : DueWorker("figures", TimeSpan.FromMinutes(5), due, clock)
{
    /// <summary>How long after its end an interval is added up: every transaction of it is over by then.</summary>
    public static readonly TimeSpan Delay = TimeSpan.FromMinutes(2);

    // The first run reads the events of a month.
    private static readonly TimeSpan Kept = TimeSpan.FromDays(32);

    private readonly TimeProvider clock = clock;
    private readonly HashSet<string> gaugeNames = [.. gauges.Select(gauge => gauge.Name)];

    /// <inheritdoc/>
    public override async Task RunAsync(CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        TimeSpan? finer = null;
        foreach (var level in MetricSpanStore.Levels)
        {
            var end = FigureRange.Floor(now - Delay, level);
            var begin = await spans.EndAsync(level, now, cancel) ?? FigureRange.Floor(now - Kept, level);
            if (begin < end)
            {
                var read = finer is { } parts ? await spans.ReadAsync(parts, begin, end, cancel) : await ReadAsync(begin, end, level, cancel);
                await spans.WriteAsync(level, Sum(read, level), end - level, now, cancel);
            }

            finer = level;
        }
    }

    /// <inheritdoc/>
    protected override void PutOff(Exception failure) => logger.FiguresPutOff(failure.Message);

    private async Task<IReadOnlyList<MetricMinute>> ReadAsync(DateTimeOffset begin, DateTimeOffset end, TimeSpan step, CancellationToken cancel) =>
    [
        .. (await minutes.ReadAsync(begin, cancel)).Where(minute => minute.Minute < end),
        .. (await events.ReadAsync(begin, end, step, cancel)).Select(count => new MetricMinute { Minute = count.At, Name = count.Name, Node = "", Value = count.Count }),
    ];

    private IEnumerable<MetricMinute> Sum(IEnumerable<MetricMinute> read, TimeSpan level) =>
        from figure in read
        group figure by (At: FigureRange.Floor(figure.Minute, level), figure.Name) into all
        select new MetricMinute
        {
            Minute = all.Key.At,
            Name = all.Key.Name,
            Node = "",
            Value = gaugeNames.Contains(all.Key.Name) ? all.MaxBy(figure => figure.Minute)!.Value : all.Sum(figure => figure.Value),
            Buckets = all.Any(figure => figure.Buckets is not null) ? FigureSum.Buckets(all) : null,
        };
}
