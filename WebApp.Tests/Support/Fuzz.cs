using System.Globalization;

namespace WebApp.Tests.Support;

/// <summary>Where random input comes from: the same every time, unless <c>FUZZ_SEED</c> asks for other.</summary>
public static class Fuzz
{
    /// <summary>The seed; every failure names it.</summary>
    public static int Seed { get; } = Environment.GetEnvironmentVariable("FUZZ_SEED") is { Length: > 0 } seed ? int.Parse(seed, CultureInfo.InvariantCulture) : 20261121;

    /// <summary>How many inputs a run tries, for each that it tries by default: <c>FUZZ_TIMES</c>.</summary>
    public static int Times { get; } = Environment.GetEnvironmentVariable("FUZZ_TIMES") is { Length: > 0 } times ? int.Parse(times, CultureInfo.InvariantCulture) : 1;
}
