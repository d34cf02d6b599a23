using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using WebApp.Platform.Text;

namespace WebApp.Areas.Admin;

/// <summary>The model of <c>_Chart.cshtml</c>: lines over time, from the oldest value at the left to now.</summary>
/// <param name="Id">Its id in the page.</param>
/// <param name="Title">The title.</param>
/// <param name="Hint">What exactly is shown.</param>
/// <param name="Unit">The unit of the values.</param>
/// <param name="Now">The main number.</param>
/// <param name="Lines">The lines, at most three.</param>
/// <param name="Times">The times of the values.</param>
public sealed record Chart(string Id, string Title, string Hint, ChartUnit Unit, string Now, IReadOnlyList<ChartLine> Lines, ChartTimes Times)
{
    /// <summary>Width of the drawing, in its own units.</summary>
    public const int Width = 360;

    /// <summary>Height of the drawing.</summary>
    public const int Height = 160;

    /// <summary>The left edge of the plot; the axis' labels end before it.</summary>
    public const int Left = 46;

    /// <summary>The right edge of the plot.</summary>
    public const int Right = 352;

    /// <summary>The upper edge of the plot.</summary>
    public const int Top = 12;

    /// <summary>The lower edge of the plot: zero.</summary>
    public const int Bottom = 134;

    // Fewer values show no usual height. A peak is cut off if it would leave less than a fifth of the chart to nine tenths of the values.
    private const int FewestForCut = 8;
    private const double Burst = 5, RoomAboveUsual = 1.5;

    /// <summary>The page with what is counted, for the same time; null if there is none or the user may not open it.</summary>
    public string? Link { get; init; }

    /// <summary>The page with what is counted, to which the time of one point is added.</summary>
    public string? PointLink { get; init; }

    /// <summary>The value at the upper edge.</summary>
    public double Highest { get; } = Unit.Top(Usual(Unit, [.. Lines.SelectMany(line => line.Values).OfType<double>().Where(value => value > 0)]));

    /// <summary>Whether there are no values.</summary>
    public bool IsEmpty => Lines.All(line => line.Values.All(value => value is null));

    /// <summary>The text alternative for screen readers.</summary>
    public string Summary => IsEmpty ? T("{0}: nothing in the {1}.", Title, Times.Title) : $"{T("{0} in the {1}.", Title, Times.Title)} {string.Join(' ', Lines.Select(Describe))}";

    /// <summary>The highest value and its time, as text; null if all are zero.</summary>
    public string? Peak
    {
        get
        {
            var best = Lines.SelectMany(line => line.Values.Select((value, i) => (value, i))).MaxBy(point => point.value ?? 0);
            return best.value is not > 0 ? null
                : best.value > Highest ? T("Highest: {0}, {1}; cut off at {2}", Unit.Text(best.value), Times.Text(best.i), Unit.Text(Highest))
                : T("Highest: {0}, {1}", Unit.Text(best.value), Times.Text(best.i));
        }
    }

    /// <summary>All values as text, for <c>chart-values.js</c>: those of a point by semicolons, the points by bars.</summary>
    public string Values => string.Join('|', Enumerable.Range(0, Times.Count).Select(i => string.Join(';', Lines.Select(line => Unit.Text(line.Values[i])))));

    /// <summary>Changes with what the chart shows.</summary>
    public string Version => ContentVersion.From(Now, Hint, Values, Peak, Link, Times.Text(0));

    /// <summary>The y axis' marks: height and label.</summary>
    public IEnumerable<(string Y, string Label)> Marks => new[] { 0, 0.5, 1 }.Select(part => (Number(Bottom - (part * (Bottom - Top))), Unit.Text(part * Highest)));

    /// <summary>The x positions of values above the upper edge.</summary>
    public IEnumerable<string> Cuts => Enumerable.Range(0, Times.Count).Where(i => Lines.Any(line => line.Values[i] > Highest)).Select(i => Number(Left + (i * Step)));

    private double Step => (double)(Right - Left) / Math.Max(Times.Count - 1, 1);

    /// <summary>A line's SVG path; it is interrupted at missing values, and a single value is a dot.</summary>
    public string Path(ChartLine line)
    {
        var path = new StringBuilder();
        for (var i = 0; i < line.Values.Count; i++)
        {
            if (line.Values[i] is { } value)
            {
                var joins = i > 0 && line.Values[i - 1] is not null;
                path.Append(joins ? 'L' : 'M').Append(Number(Left + (i * Step))).Append(' ').Append(Y(value));
                path.Append(!joins && (i + 1 == line.Values.Count || line.Values[i + 1] is null) ? "h.01" : "");
            }
        }

        return path.ToString();
    }

    /// <summary>The y position of a line's last value; null if that is missing.</summary>
    public string? End(ChartLine line) => line.Values[^1] is { } value ? Y(value) : null;

    private static double Usual(ChartUnit unit, double[] positive)
    {
        Array.Sort(positive);
        if (unit == ChartUnit.Share || positive.Length < FewestForCut)
        {
            return positive is [.., var only] ? only : 0;
        }

        var usual = positive[(int)(positive.Length * 0.9) - 1];
        return positive[^1] > usual * Burst ? usual * RoomAboveUsual : positive[^1];
    }

    private string Describe(ChartLine line) =>
        T("{0}: now {1}, lowest {2}, highest {3}.", line.Name, Unit.Text(line.Values[^1]), Unit.Text(line.Values.Min()), Unit.Text(line.Values.Max()));

    private string Y(double value) => Number(Bottom - (Math.Min(value / Highest, 1) * (Bottom - Top)));

    private static string Number(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);
}

/// <summary>The times of a chart's values.</summary>
/// <param name="Title">The time range in a sentence, such as <c>last hour</c>.</param>
/// <param name="First">The time of the first value (UTC).</param>
/// <param name="Step">The time between two values.</param>
/// <param name="Count">The number of values.</param>
public sealed record ChartTimes(string Title, DateTimeOffset First, TimeSpan Step, int Count)
{
    /// <summary>The time of a value as text.</summary>
    public string Text(int index)
    {
        var at = (First + (Step * index)).UtcDateTime;
        return at.ToString(Step >= TimeSpan.FromDays(1) ? T("d MMM") : Step >= TimeSpan.FromHours(1) ? T("d MMM, HH:mm 'UTC'") : "HH:mm 'UTC'", Language.Current.Culture);
    }

    /// <summary>All times as text, for <c>chart-values.js</c>.</summary>
    public string Texts => string.Join('|', Enumerable.Range(0, Count).Select(Text));
}

/// <summary>A short text that differs if the content does.</summary>
public static class ContentVersion
{
    /// <summary>The version of some texts.</summary>
    public static string From(params string?[] texts) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', texts))))[..8];
}

/// <summary>One line of a chart.</summary>
/// <param name="Name">Its name in the legend, which a chart with one line does not have.</param>
/// <param name="Values">One value per point in time; null if missing.</param>
public sealed record ChartLine(string Name, IReadOnlyList<double?> Values);
