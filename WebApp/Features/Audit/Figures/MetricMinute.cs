using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace WebApp.Features.Audit.Figures;

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
