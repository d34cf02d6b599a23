using System.Text;

namespace WebApp.Tests.Benchmarks.Peers;

/// <summary>One thing to ask of one server, and what each round gave.</summary>
internal sealed class Case(string name, ServerProcess server, Load load)
{
    private const int MostWarmUps = 25;
    private const int CalmWindows = 3;

    private readonly List<Sample> samples = [];

    /// <summary>As tables call it.</summary>
    public string Name => name;

    /// <summary>Requests a second, round by round.</summary>
    public IEnumerable<double> PerSecond => samples.Select(sample => sample.PerSecond);

    /// <summary>Processor time a request, of the server and of the databases, in milliseconds, round by round.</summary>
    public IEnumerable<double> Processor => samples.Select(sample => sample.Server + sample.Database);

    /// <summary>Of that, the server's.</summary>
    public IEnumerable<double> ServerProcessor => samples.Select(sample => sample.Server);

    /// <summary>And the databases'.</summary>
    public IEnumerable<double> DatabaseProcessor => samples.Select(sample => sample.Database);

    /// <summary>How much of the servers' core both used.</summary>
    public IEnumerable<double> CoreUse => samples.Select(sample => sample.CoreUse);

    /// <inheritdoc cref="WarmUp"/>
    public Task WarmUpAsync(TimeSpan window, Cores cores) =>
        WarmUp.RunAsync(server, cores, CalmWindows, MostWarmUps, async () => (await load.RunAsync(window)).Requests);

    /// <summary>Asks for a round.</summary>
    public async Task MeasureAsync(Databases databases, TimeSpan window)
    {
        var (serverBefore, databaseBefore) = (server.ProcessorTime, databases.ProcessorTime);
        var (requests, time) = await load.RunAsync(window);
        var (ofServer, ofDatabase) = (server.ProcessorTime - serverBefore, databases.ProcessorTime - databaseBefore);
        samples.Add(new(requests / time.TotalSeconds, ofServer.TotalMilliseconds / requests, ofDatabase.TotalMilliseconds / requests, (ofServer + ofDatabase) / time));
    }

    private readonly record struct Sample(double PerSecond, double Server, double Database, double CoreUse);
}

/// <summary>Several cases measured in turns, each round beside the references of the same round.</summary>
internal sealed class Comparison(string title, Case[] references, params Case[] others)
{
    // Below it, the client or others on the machine may be what was measured.
    private const double CoreUseExpected = 0.85;

    private Case[] Cases => [.. references, .. others.Except(references)];

    /// <summary>Warms all up, then measures all in every round, forwards and backwards in turn.</summary>
    public async Task MeasureAsync(Plan plan, Cores cores, Databases databases, NoiseGauge gauge)
    {
        foreach (var warm in Cases)
        {
            await warm.WarmUpAsync(plan.WarmUp, cores);
        }

        for (var round = 0; round < plan.Rounds; round++)
        {
            gauge.Take();
            foreach (var measured in round % 2 == 0 ? Cases : [.. Cases.Reverse()])
            {
                await measured.MeasureAsync(databases, plan.Window);
            }
        }
    }

    /// <summary>What was measured, in Markdown.</summary>
    public string ToTable()
    {
        var table = new StringBuilder();
        table.AppendLine(FormattableString.Invariant($"#### {title}\n"));
        table.AppendLine($"| | requests/s | processor time a request, ms: server + database | core in use |{string.Concat(references.Select(reference => $" requests/s, of {reference.Name} | processor time |"))}");
        table.AppendLine($"|---|---|---|---|{string.Concat(references.Select(_ => "---|---|"))}");
        foreach (var row in Cases)
        {
            var ratios = references.Select(reference => reference == row ? " 1 | 1 |" : FormattableString.Invariant(
                $" {Spread.OfRatios(row.PerSecond, reference.PerSecond).Show("0.00")} | {Spread.OfRatios(row.Processor, reference.Processor).Median:0.00} x |"));
            var use = Spread.Of(row.CoreUse).Median;
            table.AppendLine(FormattableString.Invariant(
                $"| {row.Name} | {Spread.Of(row.PerSecond).Show("0")} | {Spread.Of(row.ServerProcessor).Median:0.000} + {Spread.Of(row.DatabaseProcessor).Median:0.000} | {use:P0}{(use < CoreUseExpected ? " (!)" : "")} |{string.Concat(ratios)}"));
        }

        return table.ToString();
    }
}

/// <summary>A line of the table that sums up: medians, and what was aimed at.</summary>
internal sealed record SummaryRow(string Path, string Reference, string WebApp, string Ratio, string Wanted)
{
    /// <summary>Requests a second beside those of a reference.</summary>
    public static SummaryRow OfRates(string path, Case ours, Case reference, string wanted) => new(
        path,
        FormattableString.Invariant($"{reference.Name}: {Spread.Of(reference.PerSecond).Median:0} /s"),
        FormattableString.Invariant($"{Spread.Of(ours.PerSecond).Median:0} /s, {Spread.Of(ours.Processor).Median:0.000} ms of processor time"),
        Spread.OfRatios(ours.PerSecond, reference.PerSecond).Show("0.00"),
        wanted);
}

/// <summary>What a part of the run found.</summary>
internal sealed record Findings(string Tables, IReadOnlyList<SummaryRow> Summary);
