using WebApp.Features.Audit.Figures;

namespace WebApp.Areas.Api.Contracts;

/// <summary>The figures of a span that begins <c>at</c> (UTC). Null: nothing was noted. The ratio is 0 to 1.</summary>
public sealed record StatsPoint(
    DateTimeOffset At, long SignIns, long Failures, long? Requests, StatsTimes LatencyMs, double? CacheHitRatio, StatsTimes RevocationLagMs, StatsTimes HashingWaitMs, long? ActiveSessions, long? MailWaiting)
{
    /// <summary>A point as it goes over the wire.</summary>
    public static StatsPoint Of(FigurePoint point) => new(
        point.At, point.SignIns, point.Failures, point.Requests, StatsTimes.Of(point.Latency), point.CacheHitRatio, StatsTimes.Of(point.ChangeLag), StatsTimes.Of(point.HashingWait),
        point.ActiveSessions, point.MailWaiting);
}
