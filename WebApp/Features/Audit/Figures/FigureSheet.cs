namespace WebApp.Features.Audit.Figures;

/// <summary>How the service is and was doing.</summary>
/// <param name="At">As of when (UTC).</param>
/// <param name="Step">How long a span each point tells of.</param>
/// <param name="Points">The oldest first; the last is not over yet.</param>
/// <param name="Whole">All of them taken together; of gauges, the present.</param>
/// <param name="MailFailed">Messages that were given up and are still kept.</param>
/// <param name="Nodes">How many processes wrote down figures in the last two minutes.</param>
public sealed record FigureSheet(DateTimeOffset At, TimeSpan Step, IReadOnlyList<FigurePoint> Points, FigurePoint Whole, long MailFailed, int Nodes);

/// <summary>One point of the charts. What nobody noted, or what there was none of to take a share of, is null.</summary>
/// <param name="At">Where its span begins (UTC).</param>
/// <param name="SignIns">Sessions opened by signing in.</param>
/// <param name="Failures">Events that report a refusal.</param>
/// <param name="Requests">Requests answered.</param>
/// <param name="Latency">How long they took.</param>
/// <param name="CacheHitRatio">The share of reads that memory answered, 0 to 1.</param>
/// <param name="ChangeLag">How long changes, such as a revocation, took to arrive.</param>
/// <param name="HashingWait">How long passwords waited for their turn to be hashed.</param>
/// <param name="ActiveSessions">Sessions that are open.</param>
/// <param name="MailWaiting">Messages not sent yet.</param>
public sealed record FigurePoint(
    DateTimeOffset At, long SignIns, long Failures, long? Requests, Percentiles Latency, double? CacheHitRatio, Percentiles ChangeLag, Percentiles HashingWait, long? ActiveSessions, long? MailWaiting);
