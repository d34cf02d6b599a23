namespace WebApp.Features.Audit.Figures;

/// <summary>How the service is and was doing.</summary>
/// <param name="At">As of when (UTC).</param>
/// <param name="Step">How long a span each point tells of.</param>
/// <param name="Points">The oldest first; the last is not over yet.</param>
/// <param name="Whole">All of them taken together; of gauges, the present.</param>
/// <param name="MailFailed">Messages that were given up and are still kept.</param>
/// <param name="Nodes">How many processes wrote down figures in the last two minutes.</param>
public sealed record FigureSheet(DateTimeOffset At, TimeSpan Step, IReadOnlyList<FigurePoint> Points, FigurePoint Whole, long MailFailed, int Nodes);
