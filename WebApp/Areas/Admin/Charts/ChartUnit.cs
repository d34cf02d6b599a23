using System.Globalization;

namespace WebApp.Areas.Admin.Charts;

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
    private static readonly CultureInfo Words = CultureInfo.InvariantCulture;

    // Their halves are round as well.
    private static readonly int[] RoundSteps = [1, 2, 4, 6, 8, 10];

    extension(ChartUnit unit)
    {
        /// <summary>A value; a dash where there is none.</summary>
        public string Text(double? value) => (unit, value) switch
        {
            (_, null) => "–",
            (ChartUnit.Share, { } share) => share is > 0.999 and < 1 ? "99.9 %" : string.Create(Words, $"{share * 100:0.#} %"),
            (ChartUnit.Time, >= 1000 and var ms) => string.Create(Words, $"{ms / 1000:0.##} s"),
            (ChartUnit.Time, >= 10 and var ms) => string.Create(Words, $"{ms:0} ms"),
            (ChartUnit.Time, >= 1 and var ms) => string.Create(Words, $"{ms:0.0} ms"),
            (ChartUnit.Time, 0) => "0 ms",
            (ChartUnit.Time, { } ms) => string.Create(Words, $"{ms:0.00} ms"),
            (_, >= 1_000_000 and var count) => string.Create(Words, $"{count / 1_000_000:0.#}M"),
            (_, >= 10_000 and var count) => string.Create(Words, $"{count / 1000:0.#}k"),
            (_, { } count) => string.Create(Words, $"{count:0}"),
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
