using System.Globalization;
using System.Text;

namespace WebApp.Areas.Admin;

/// <summary>The model of <c>_Chart.cshtml</c>: lines over time, from the oldest value at the left to now.</summary>
/// <param name="Id">Its id in the page.</param>
/// <param name="Title">The title.</param>
/// <param name="Hint">What exactly is shown.</param>
/// <param name="Unit">The unit of the values.</param>
/// <param name="Now">The main number.</param>
/// <param name="Lines">The lines, at most three.</param>
/// <param name="Span">The time span, such as <c>1 hour</c>.</param>
public sealed record Chart(string Id, string Title, string Hint, ChartUnit Unit, string Now, IReadOnlyList<ChartLine> Lines, string Span)
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

    /// <summary>The value at the upper edge.</summary>
    public double Highest { get; } = Unit.Top(Lines.SelectMany(line => line.Values).Max() ?? 0);

    /// <summary>Whether there are no values.</summary>
    public bool IsEmpty => Lines.All(line => line.Values.All(value => value is null));

    /// <summary>The text alternative for screen readers.</summary>
    public string Summary => IsEmpty ? $"{Title}: nothing in the last {Span}." : $"{Title} in the last {Span}. " + string.Join(' ', Lines.Select(Describe));

    /// <summary>The y axis' marks: height and label.</summary>
    public IEnumerable<(string Y, string Label)> Marks => new[] { 0, 0.5, 1 }.Select(part => (Number(Bottom - (part * (Bottom - Top))), Unit.Text(part * Highest)));

    /// <summary>A line's SVG path; it is interrupted at missing values, and a single value is a dot.</summary>
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

    /// <summary>The y position of a line's last value; null if that is missing.</summary>
    public string? End(ChartLine line) => line.Values[^1] is { } value ? Number(Bottom - (value / Highest * (Bottom - Top))) : null;

    private string Describe(ChartLine line) =>
        $"{line.Name}: now {Unit.Text(line.Values[^1])}, lowest {Unit.Text(line.Values.Min())}, highest {Unit.Text(line.Values.Max())}.";

    private static string Number(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);
}

/// <summary>One line of a chart.</summary>
/// <param name="Name">Its name in the legend, which a chart with one line does not have.</param>
/// <param name="Values">One value per point in time; null if missing.</param>
public sealed record ChartLine(string Name, IReadOnlyList<double?> Values);

/// <summary>The unit of a chart's values, which decides their format.</summary>
public enum ChartUnit
{
    /// <summary>A count.</summary>
    Count,

    /// <summary>Milliseconds.</summary>
    Time,

    /// <summary>A share, 0 to 1.</summary>
    Share,
}

/// <summary>Formats values for users.</summary>
public static class ChartUnits
{
    private static readonly CultureInfo Culture = CultureInfo.InvariantCulture;

    // Half of each is a round number too.
    private static readonly int[] RoundSteps = [1, 2, 4, 6, 8, 10];

    extension(ChartUnit unit)
    {
        /// <summary>Formats a value; a dash if it is null.</summary>
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

        /// <summary>The end of an axis: a round value of at least <paramref name="highest"/>, half of which is round too.</summary>
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
