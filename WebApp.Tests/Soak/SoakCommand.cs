using System.Diagnostics;
using System.Globalization;
using WebApp.Tests.Operations.Commands;
using WebApp.Tests.Support;

namespace WebApp.Tests.Soak;

/// <summary>
/// What <c>./dev soak [minutes] [--seed s]</c> runs: users who do all there is at two nodes, while one node is killed, connections to the database are cut and the
/// clocks jump. Ends with 1 where something was answered wrong, or grew.
/// </summary>
internal static class SoakCommand
{
    private const int UsualMinutes = 30;
    private const int Workers = 6;

    // In two of three the clock goes twelve days ahead: what is kept for 60 days, as ended sessions are, is pruned after a quarter of the run, so that tables come to their size in the first third.
    private const int Cycles = 30;
    private static readonly TimeSpan Ahead = TimeSpan.FromDays(12);
    private static readonly TimeSpan Back = TimeSpan.FromHours(-1);
    private static readonly TimeSpan ShortestCycle = TimeSpan.FromSeconds(16);

    /// <summary>0 where all was right and flat, 1 where not, 2 where the arguments cannot be read.</summary>
    public static async Task<int> RunAsync(string[] arguments, TextWriter output)
    {
        var (minutes, seed) = ((double)UsualMinutes, Environment.TickCount & 0xFFFF);
        for (var i = 0; i < arguments.Length; i++)
        {
            if (arguments[i] == "--seed" && i + 1 < arguments.Length && int.TryParse(arguments[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out seed))
            {
                i++;
            }
            else if (!double.TryParse(arguments[i], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out minutes) || minutes <= 0)
            {
                await Console.Error.WriteLineAsync("soak [minutes] [--seed number]");
                return 2;
            }
        }

        await using var site = await SoakSite.StartAsync();
        var administrator = new TestUser(Guid.Empty, "admin@example.org", TestUser.NewPassword());
        var made = await ConsoleCommand.RunAsync(site.Database, administrator.Password, "create-admin", administrator.Email, "--password-stdin");
        if (made.ExitCode != 0)
        {
            await output.WriteLineAsync(made.Errors);
            return 1;
        }

        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{minutes} minutes, {Workers} workers, two nodes, seed {seed}"));
        return await RunAsync(site, administrator, TimeSpan.FromMinutes(minutes), seed, output);
    }

    private static async Task<int> RunAsync(SoakSite site, TestUser administrator, TimeSpan duration, int seed, TextWriter output)
    {
        var report = new SoakReport();
        using var stop = new CancellationTokenSource();
        SoakWorker[] workers = [.. Enumerable.Range(0, Workers).Select(i => new SoakWorker(site, report, i == 0 ? administrator : null, seed + i))];
        Task[] running = [.. workers.Select(worker => Task.Run(() => worker.RunAsync(stop.Token)))];
        var samples = await DisturbAsync(site, report, duration, output);
        await stop.CancelAsync();
        await Task.WhenAll(running);
        Array.ForEach(workers, worker => worker.Dispose());
        return await CheckAsync(site, report, samples, output);
    }

    // A cycle: the clock jumps; a quarter later connections are cut; in the middle a node is killed, every other time; at the end all is measured.
    private static async Task<List<SoakSample>> DisturbAsync(SoakSite site, SoakReport report, TimeSpan duration, TextWriter output)
    {
        await output.WriteLineAsync(SoakSample.Header);
        List<SoakSample> samples = [];
        var began = Stopwatch.GetTimestamp();
        var cycle = duration / Cycles > ShortestCycle ? duration / Cycles : ShortestCycle;
        for (var i = 0; Stopwatch.GetElapsedTime(began) < duration; i++)
        {
            var since = Stopwatch.GetTimestamp();
            await site.JumpAsync(i % 3 == 2 ? Back : Ahead);
            await UntilAsync(since, cycle / 4);
            await site.CutAsync(i % 2);
            await UntilAsync(since, cycle / 2);
            if (i % 2 == 0)
            {
                await site.RestartAsync();
            }

            await UntilAsync(since, cycle);
            samples.Add(await MeasureAsync(site, report, Stopwatch.GetElapsedTime(began)));
            await output.WriteLineAsync($"{samples[^1]}");
            await output.FlushAsync();
        }

        return samples;
    }

    private static Task UntilAsync(long since, TimeSpan time) =>
        time - Stopwatch.GetElapsedTime(since) is { Ticks: > 0 } rest ? Task.Delay(rest) : Task.CompletedTask;

    private static async Task<SoakSample> MeasureAsync(SoakSite site, SoakReport report, TimeSpan at)
    {
        var times = report.TakeTimes();
        var rows = new Dictionary<string, long>();
        var tables = (await site.QueryAsync<string[]>("SELECT array_agg(table_name::text ORDER BY table_name) FROM information_schema.tables WHERE table_schema = 'public' AND table_name NOT LIKE '\\_\\_%'"))!;
        foreach (var table in tables)
        {
            rows[table] = await site.QueryAsync<long>($"SELECT count(*) FROM {table}");
        }

        var connections = await site.QueryAsync<long>("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name <> 'soak'");
        var size = await site.QueryAsync<long>("SELECT sum(pg_total_relation_size(oid))::bigint FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace");
        return new(at, await site.MemoryAsync(0), await site.MemoryAsync(1), (int)connections, rows, size, times, report.Requests);
    }

    private static async Task<int> CheckAsync(SoakSite site, SoakReport report, List<SoakSample> samples, TextWriter output)
    {
        await output.WriteLineAsync($"\n{report.Requests} requests, {report.Unavailable} of them 503; {report.Flows.Values.Sum()} flows, {report.Interrupted} given up over what was done to the nodes");
        await output.WriteLineAsync(string.Join(", ", report.Flows.OrderBy(flow => flow.Key).Select(flow => $"{flow.Key}: {flow.Value}")));
        var errors = site.ErrorLines;
        await output.WriteLineAsync($"{errors.Count} errors in the log{string.Concat(errors.GroupBy(line => line).OrderByDescending(group => group.Count()).Take(5).Select(group => $"\n  {group.Count()} × {group.Key}"))}");
        await output.WriteLineAsync();
        var verdicts = samples.Count < 6 ? [] : SoakVerdict.Compare(samples).ToList();
        foreach (var (line, _) in verdicts)
        {
            await output.WriteLineAsync(line);
        }

        foreach (var wrong in report.Wrong.GroupBy(fault => fault).OrderByDescending(group => group.Count()).Take(30))
        {
            await output.WriteLineAsync($"WRONG ({wrong.Count()}×): {wrong.Key}");
        }

        var (grew, failed) = (verdicts.Any(verdict => !verdict.IsFlat), !report.Wrong.IsEmpty);
        await output.WriteLineAsync(failed ? "Something was answered wrong." : grew ? "Something grew." : verdicts.Count == 0 ? "Nothing was wrong; too short to see growth." : "Nothing was wrong, and nothing grew.");
        return failed || grew ? 1 : 0;
    }
}
