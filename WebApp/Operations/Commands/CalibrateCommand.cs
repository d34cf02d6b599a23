using System.Diagnostics;
using System.Globalization;
using WebApp.Features.Passwords;

namespace WebApp.Operations.Commands;

/// <summary>Measures the time of each bcrypt work factor on this machine, and finds the factor for a target time.</summary>
internal sealed class CalibrateCommand : ICommand
{
    private const string Target = "target";

    /// <summary>The minimum in Production (OWASP).</summary>
    private const int Least = 10;

    private const int Most = 16;
    private const int MostMilliseconds = 10_000;

    public string Name => "calibrate";

    public string Summary => "finds the bcrypt work factor for a target time on this machine";

    public IReadOnlyDictionary<string, string> Options { get; } = new Dictionary<string, string> { [Target] = "250ms" };

    public async Task<ExitCode> RunAsync(CommandInput input, CancellationToken cancel)
    {
        var target = Parse(input.Options.GetValueOrDefault(Target) ?? "250ms");
        await input.Output.WriteLineAsync("factor   one hash   a second and core");
        var chosen = Least;
        for (var factor = Least; factor <= Most; factor++)
        {
            cancel.ThrowIfCancellationRequested();
            var taken = Measure(factor);
            await input.Output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{factor,6} {taken.TotalMilliseconds,7:F0} ms {1 / taken.TotalSeconds,13:F1}"));
            if (taken > target)
            {
                break;
            }

            chosen = factor;
        }

        await input.Output.WriteLineAsync($"\nPassword__WorkFactor={chosen}");
        return ExitCode.Good;
    }

    // The shortest of three: disturbances only make a measurement longer.
    private static TimeSpan Measure(int factor)
    {
        var hasher = new PasswordHasher(Microsoft.Extensions.Options.Options.Create(new PasswordOptions { WorkFactor = factor }));
        return Enumerable.Range(0, 3).Min(_ =>
        {
            var since = Stopwatch.GetTimestamp();
            hasher.Hash("copper lantern, quiet harbour");
            return Stopwatch.GetElapsedTime(since);
        });
    }

    private static TimeSpan Parse(string text)
    {
        var (number, unit) = text.EndsWith("ms", StringComparison.Ordinal) ? (text[..^2], 1) : text.EndsWith('s') ? (text[..^1], 1000) : (text, 1);
        return double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) && value * unit is > 0 and <= MostMilliseconds
            ? TimeSpan.FromMilliseconds(value * unit)
            : throw new CommandException($"--{Target} is a time up to 10 s, such as 250ms or 0.5s.");
    }
}
