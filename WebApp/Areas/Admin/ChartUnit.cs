using System.Globalization;
using WebApp.Platform.Text;

namespace WebApp.Areas.Admin;

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
    private static CultureInfo Culture => Language.Current.Culture;

    // Half of each is a round number too.
    private static readonly int[] RoundSteps = [1, 2, 4, 6, 8, 10];

    extension(ChartUnit unit)
    {
        /// <summary>Formats a value; a dash if it is null.</summary>
        public string Text(double? value) => (unit, value) switch
        {
            (_, null) => "–",
            (ChartUnit.Share, { } share) => share is > 0.999 and < 1 ? string.Create(Culture, $"{99.9} %") : string.Create(Culture, $"{share * 100:0.#} %"),
            (ChartUnit.Time, >= 1000 and var ms) => string.Create(Culture, $"{ms / 1000:0.##} s"),
            (ChartUnit.Time, >= 10 and var ms) => string.Create(Culture, $"{ms:0} ms"),
            (ChartUnit.Time, >= 1 and var ms) => string.Create(Culture, $"{ms:0.0} ms"),
            (ChartUnit.Time, 0) => "0 ms",
            (ChartUnit.Time, { } ms) => string.Create(Culture, $"{ms:0.00} ms"),
            (_, >= 1_000_000 and var count) => T("{0:0.#}M", count / 1_000_000),
            (_, >= 10_000 and var count) => T("{0:0.#}k", count / 1000),
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
