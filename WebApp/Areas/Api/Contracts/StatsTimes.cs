using WebApp.Features.Audit.Figures;

namespace WebApp.Areas.Api.Contracts;

/// <summary>Percentiles of times, in milliseconds; null where none were taken.</summary>
public sealed record StatsTimes(double? P50, double? P95, double? P99)
{
    /// <summary>Percentiles as they go over the wire, to a microsecond.</summary>
    public static StatsTimes Of(Percentiles times) => new(Rounded(times.P50), Rounded(times.P95), Rounded(times.P99));

    private static double? Rounded(double? ms) => ms is { } value ? Math.Round(value, 3) : null;
}
