using Microsoft.AspNetCore.Mvc;
using WebApp.Areas.Api.Bearer;
using WebApp.Areas.Api.OpenApi;
using WebApp.Features.Audit.Figures;
using WebApp.Features.Roles;
using WebApp.Platform.Http;
using WebApp.Platform.Users;

namespace WebApp.Areas.Api;

/// <summary>How the service is doing.</summary>
[ApiEndpoint, BearerAuthorize, RequirePermission(Permission.AuditRead)]
public sealed class StatsController(ServiceFigures figures) : ControllerBase
{
    /// <summary>The last minutes: by the minute up to 120, else the last day by the quarter of an hour.</summary>
    [HttpGet("admin/stats")]
    [AnswersWith<StatsResponse>]
    public async Task<IActionResult> Read(int minutes = 60, CancellationToken cancel = default) => minutes is < 1 or > ServiceFigures.MostMinutes
        ? ApiProblem.Invalid([new FieldError(nameof(minutes), $"Send a number from 1 to {ServiceFigures.MostMinutes}.")])
        : Ok(StatsResponse.From(await figures.ReadAsync(minutes, cancel)));
}

/// <summary>The figures of a span that begins <c>at</c> (UTC). Null: nothing was noted. The ratio is 0 to 1.</summary>
public sealed record StatsPoint(
    DateTimeOffset At, long SignIns, long Failures, long? Requests, StatsTimes LatencyMs, double? CacheHitRatio, StatsTimes RevocationLagMs, StatsTimes HashingWaitMs, long? ActiveSessions, long? MailWaiting)
{
    /// <summary>Creates the response from a point.</summary>
    public static StatsPoint From(FigurePoint point) => new(
        point.At, point.SignIns, point.Failures, point.Requests, StatsTimes.From(point.Latency), point.CacheHitRatio, StatsTimes.From(point.ChangeLag), StatsTimes.From(point.HashingWait),
        point.ActiveSessions, point.MailWaiting);
}

/// <summary>The figures of <c>GET /admin/stats</c>: all of the time taken together, and point by point, the oldest first.</summary>
public sealed record StatsResponse(DateTimeOffset At, int StepSeconds, int Nodes, long MailFailed, StatsPoint Total, IReadOnlyList<StatsPoint> Points)
{
    /// <summary>Creates the response from a sheet.</summary>
    public static StatsResponse From(FigureSheet sheet) => new(
        sheet.At, (int)sheet.Range.Step.TotalSeconds, sheet.Nodes, sheet.MailFailed, StatsPoint.From(sheet.Whole), [.. sheet.Points.Select(StatsPoint.From)]);
}

/// <summary>Percentiles of times, in milliseconds; null where none were taken.</summary>
public sealed record StatsTimes(double? P50, double? P95, double? P99)
{
    /// <summary>Creates the response from percentiles, rounded to a microsecond.</summary>
    public static StatsTimes From(Percentiles times) => new(Rounded(times.P50), Rounded(times.P95), Rounded(times.P99));

    private static double? Rounded(double? ms) => ms is { } value ? Math.Round(value, 3) : null;
}
