using System.Diagnostics;

namespace WebApp.Tests.Benchmarks.Peers;

/// <summary>
/// <c>./dev bench peers [--quick] [--no-publish] [section …]</c>: WebApp beside small reference applications, in turns, each in a process of its own on a core of
/// its own. Without publishing, what an earlier run published is measured. A full run of all sections writes its tables into the documents.
/// <c>./dev bench oidc [--quick] [--no-publish]</c> does the same for single sign-on alone.
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

    private static readonly Dictionary<string, Func<Run, Task<Findings>>> OidcSections = new() { ["oidc"] = OidcSection.RunAsync };

    /// <summary>Runs <c>bench peers</c>; gives the exit code.</summary>
    public static Task<int> RunAsync(string[] arguments, TextWriter output) => RunAsync("peers", Sections, arguments, output);

    /// <summary>Runs <c>bench oidc</c>; gives the exit code.</summary>
    public static Task<int> RunOidcAsync(string[] arguments, TextWriter output) => RunAsync("oidc", OidcSections, arguments, output);

    private static async Task<int> RunAsync(string name, Dictionary<string, Func<Run, Task<Findings>>> sections, string[] arguments, TextWriter output)
    {
        string[] names = [.. arguments.Where(argument => argument is not (QuickOption or NoPublishOption))];
        if (names.Except(sections.Keys).Any())
        {
            await output.WriteLineAsync($"bench {name} [{QuickOption}] [{NoPublishOption}] [{string.Join(" | ", sections.Keys)}] ...");
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

            var chosen = sections.Where(section => names.Length == 0 || names.Contains(section.Key)).Select(section => section.Value);
            var report = await MeasureAsync(name, quick ? Plan.Quick : Plan.Full, chosen, output);
            await output.WriteLineAsync(report.Noise);
            if (!quick && names.Length == 0)
            {
                await report.WriteAsync(output);
                if (sections == Sections)
                {
                    await report.WriteSummaryAsync(output);
                }
            }

            return 0;
        }
        catch (PlatformNotSupportedException e)
        {
            await output.WriteLineAsync(e.Message);
            return 2;
        }
    }

    private static async Task<Report> MeasureAsync(string name, Plan plan, IEnumerable<Func<Run, Task<Findings>>> sections, TextWriter output)
    {
        await using var run = await Run.StartAsync(plan);
        var started = Stopwatch.GetTimestamp();
        List<Findings> found = [];
        foreach (var section in sections)
        {
            run.Gauge.Take();
            var findings = await section(run);
            await output.WriteLineAsync(findings.Tables);
            found.Add(findings);
        }

        var report = new Report(name, found, run.Gauge.Describe());
        await output.WriteLineAsync(report.Summary);
        await output.WriteLineAsync(FormattableString.Invariant($"Measured in {Stopwatch.GetElapsedTime(started).TotalMinutes:0.0} minutes."));
        return report;
    }
}
