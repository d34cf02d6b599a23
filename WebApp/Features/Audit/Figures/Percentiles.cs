namespace WebApp.Features.Audit.Figures;

/// <summary>Times that so many of a hundred stayed within, in milliseconds; null where none were taken.</summary>
public sealed record Percentiles(double? P50, double? P95, double? P99)
{
    /// <summary>Of counts by span.</summary>
    public static Percentiles Of(ReadOnlySpan<long> buckets) =>
        new(TimeScale.Percentile(buckets, 0.5), TimeScale.Percentile(buckets, 0.95), TimeScale.Percentile(buckets, 0.99));
}
