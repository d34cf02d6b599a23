using System.Globalization;

namespace WebApp.Tests.Benchmarks.Peers;

/// <summary>What several rounds gave.</summary>
internal readonly record struct Spread(double Median, double Min, double Max)
{
    /// <summary>Of at least one value.</summary>
    public static Spread Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        var middle = sorted.Length / 2;
        return new(sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2, sorted[0], sorted[^1]);
    }

    /// <summary>The ratios round by round.</summary>
    public static Spread OfRatios(IEnumerable<double> values, IEnumerable<double> references) => Of(values.Zip(references, (value, reference) => value / reference));

    /// <summary>Median, least and most.</summary>
    public string Show(string format) => $"{Text(Median, format)} ({Text(Min, format)} to {Text(Max, format)})";

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
