using WebApp.Features.Audit.Figures;

namespace WebApp.Areas.Api.Contracts;

/// <summary>The figures of <c>GET /admin/stats</c>: all of the time taken together, and point by point, the oldest first.</summary>
public sealed record StatsResponse(DateTimeOffset At, int StepSeconds, int Nodes, long MailFailed, StatsPoint Total, IReadOnlyList<StatsPoint> Points)
{
    /// <summary>A sheet as it goes over the wire.</summary>
    public static StatsResponse Of(FigureSheet sheet) => new(
        sheet.At, (int)sheet.Step.TotalSeconds, sheet.Nodes, sheet.MailFailed, StatsPoint.Of(sheet.Whole), [.. sheet.Points.Select(StatsPoint.Of)]);
}
