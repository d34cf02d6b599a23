using System.Diagnostics;

namespace WebApp.Tests.Benchmarks.Peers;

/// <summary>
/// <c>./dev bench peers [--quick] [--no-publish] [section …]</c>: WebApp beside small reference applications, in turns, each in a process of its own on a core of
/// its own. Without publishing, what an earlier run published is measured. A full run of all sections writes its tables into the documents.
/// </summary>
internal static class PeersBenchmark
{
    private const string QuickOption = "--quick";
    private const string NoPublishOption = "--no-publish";

    private static readonly Dictionary<string, Func<Run, Task<Findings>>> Sections = new()
    {
        ["pages"] = PageSection.RunAsync,
        ["bearer"] = BearerSection.RunAsync,
        ["refresh"] = RefreshSection.RunAsync,
        ["login"] = LoginSection.RunAsync,
        ["start"] = StartSection.RunAsync,
        ["memory"] = MemorySection.RunAsync,
        ["flood"] = FloodSection.RunAsync,
    };

    /// <summary>Runs it; gives the exit code.</summary>
    public static async Task<int> RunAsync(string[] arguments, TextWriter output)
    {
        string[] names = [.. arguments.Where(argument => argument is not (QuickOption or NoPublishOption))];
        if (names.Except(Sections.Keys).Any())
        {
            await output.WriteLineAsync($"bench peers [{QuickOption}] [{NoPublishOption}] [{string.Join(" | ", Sections.Keys)}] ...");
            return 2;
        }

        var quick = arguments.Contains(QuickOption);
        try
        {
            if (!arguments.Contains(NoPublishOption))
            {
                await output.WriteLineAsync("Publishing WebApp and the reference applications ...");
                await Published.PublishAsync();
            }

            var report = await MeasureAsync(quick ? Plan.Quick : Plan.Full, names.Length == 0 ? [.. Sections.Keys] : names, output);
            await output.WriteLineAsync(report.Noise);
            if (!quick && names.Length == 0)
            {
                await report.WriteAsync(output);
            }

            return 0;
        }
        catch (PlatformNotSupportedException e)
        {
            await output.WriteLineAsync(e.Message);
            return 2;
        }
    }

    private static async Task<Report> MeasureAsync(Plan plan, string[] names, TextWriter output)
    {
        await using var run = await Run.StartAsync(plan);
        var started = Stopwatch.GetTimestamp();
        List<Findings> found = [];
        foreach (var name in names)
        {
            var findings = await Sections[name](run);
            await output.WriteLineAsync(findings.Tables);
            found.Add(findings);
        }

        var report = new Report(found, run.Gauge.Describe());
        await output.WriteLineAsync(report.Summary);
        await output.WriteLineAsync(FormattableString.Invariant($"Measured in {Stopwatch.GetElapsedTime(started).TotalMinutes:0.0} minutes."));
        return report;
    }
}
