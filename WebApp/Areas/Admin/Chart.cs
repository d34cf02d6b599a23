using System.Globalization;
using System.Text;

namespace WebApp.Areas.Admin;

/// <summary>A chart as <c>_Chart.cshtml</c> draws it: lines over time, from the oldest at the left to now.</summary>
/// <param name="Id">Its word in the page.</param>
/// <param name="Title">What it is about.</param>
/// <param name="Hint">What exactly is shown.</param>
/// <param name="Unit">What the numbers are.</param>
/// <param name="Now">The number to read first.</param>
/// <param name="Lines">At most three.</param>
/// <param name="Span">How far back the left end is, such as <c>1 hour</c>.</param>
public sealed record Chart(string Id, string Title, string Hint, ChartUnit Unit, string Now, IReadOnlyList<ChartLine> Lines, string Span)
{
    /// <summary>Width of the drawing, in its own units.</summary>
    public const int Width = 360;

    /// <summary>Height of the drawing.</summary>
    public const int Height = 160;

    /// <summary>Where the plot begins from the left; the axis' labels end before it.</summary>
    public const int Left = 46;

    /// <summary>Where it ends.</summary>
    public const int Right = 352;

    /// <summary>Its upper edge.</summary>
    public const int Top = 12;

    /// <summary>Its lower edge: zero.</summary>
    public const int Bottom = 134;

    /// <summary>The value of the upper edge.</summary>
    public double Highest { get; } = Unit.Top(Lines.SelectMany(line => line.Values).Max() ?? 0);

    /// <summary>Whether there is anything to see.</summary>
    public bool IsEmpty => Lines.All(line => line.Values.All(value => value is null));

    /// <summary>What somebody who does not see it is told.</summary>
    public string Summary => IsEmpty ? $"{Title}: nothing in the last {Span}." : $"{Title} in the last {Span}. " + string.Join(' ', Lines.Select(Describe));

    /// <summary>The y axis' marks: height and label.</summary>
    public IEnumerable<(string Y, string Label)> Marks => new[] { 0, 0.5, 1 }.Select(part => (Number(Bottom - (part * (Bottom - Top))), Unit.Text(part * Highest)));

    /// <summary>A line's path; it breaks where there is nothing to show, and a lone value is a dot.</summary>
    public string Path(ChartLine line)
    {
        var path = new StringBuilder();
        var step = (double)(Right - Left) / Math.Max(line.Values.Count - 1, 1);
        for (var i = 0; i < line.Values.Count; i++)
        {
            if (line.Values[i] is { } value)
            {
                var joins = i > 0 && line.Values[i - 1] is not null;
                path.Append(joins ? 'L' : 'M').Append(Number(Left + (i * step))).Append(' ').Append(Number(Bottom - (value / Highest * (Bottom - Top))));
                path.Append(!joins && (i + 1 == line.Values.Count || line.Values[i + 1] is null) ? "h.01" : "");
            }
        }

        return path.ToString();
    }

    /// <summary>Where a line is now: the height of its last point; null where it has none.</summary>
    public string? End(ChartLine line) => line.Values[^1] is { } value ? Number(Bottom - (value / Highest * (Bottom - Top))) : null;

    private string Describe(ChartLine line) =>
        $"{line.Name}: now {Unit.Text(line.Values[^1])}, lowest {Unit.Text(line.Values.Min())}, highest {Unit.Text(line.Values.Max())}.";

    private static string Number(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);
}

/// <summary>One line of a chart.</summary>
/// <param name="Name">What it shows, for the legend; alone in its chart it needs none.</param>
/// <param name="Values">One a point in time; null where there is nothing to show.</param>
public sealed record ChartLine(string Name, IReadOnlyList<double?> Values);

/// <summary>What the numbers of a chart are, and so how they are written.</summary>
public enum ChartUnit
{
    /// <summary>How many.</summary>
    Count,

    /// <summary>Milliseconds.</summary>
    Time,

    /// <summary>A share, 0 to 1.</summary>
    Share,
}

/// <summary>Writes numbers for people.</summary>
public static class ChartUnits
{
    private static readonly CultureInfo Culture = CultureInfo.InvariantCulture;

    // Their halves are round as well.
    private static readonly int[] RoundSteps = [1, 2, 4, 6, 8, 10];

    extension(ChartUnit unit)
    {
        /// <summary>A value; a dash where there is none.</summary>
        public string Text(double? value) => (unit, value) switch
        {
            (_, null) => "–",
            (ChartUnit.Share, { } share) => share is > 0.999 and < 1 ? "99.9 %" : string.Create(Culture, $"{share * 100:0.#} %"),
            (ChartUnit.Time, >= 1000 and var ms) => string.Create(Culture, $"{ms / 1000:0.##} s"),
            (ChartUnit.Time, >= 10 and var ms) => string.Create(Culture, $"{ms:0} ms"),
            (ChartUnit.Time, >= 1 and var ms) => string.Create(Culture, $"{ms:0.0} ms"),
            (ChartUnit.Time, 0) => "0 ms",
            (ChartUnit.Time, { } ms) => string.Create(Culture, $"{ms:0.00} ms"),
            (_, >= 1_000_000 and var count) => string.Create(Culture, $"{count / 1_000_000:0.#}M"),
            (_, >= 10_000 and var count) => string.Create(Culture, $"{count / 1000:0.#}k"),
            (_, { } count) => string.Create(Culture, $"{count:0}"),
        };

        /// <summary>A round value at which an axis can end so that <paramref name="highest"/> fits below it, its half being round as well.</summary>
        public double Top(double highest)
        {
            if (unit == ChartUnit.Share)
            {
                return 1;
            }

            var least = unit == ChartUnit.Count ? 4 : 0.2;
            if (highest <= least)
            {
                return least;
            }

            var power = Math.Pow(10, Math.Floor(Math.Log10(highest)));
            return RoundSteps.Select(step => step * power).First(top => top >= highest * 0.999999);
        }
    }
}
