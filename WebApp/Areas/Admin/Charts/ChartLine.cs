namespace WebApp.Areas.Admin.Charts;

/// <summary>One line of a chart.</summary>
/// <param name="Name">What it shows, for the legend; alone in its chart it needs none.</param>
/// <param name="Values">One a point in time; null where there is nothing to show.</param>
public sealed record ChartLine(string Name, IReadOnlyList<double?> Values);
