using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging;
using WebApp.Tests.Support;

namespace WebApp.Tests.Benchmarks;

/// <summary>What <c>./dev fuzz [n] [--seed s]</c> runs: random requests at an application with a database of its own, and what they cost in memory.</summary>
internal static class FuzzCommand
{
    private const int UsualRequests = 100_000;

    /// <summary>0 where nothing failed, 1 where something did, 2 where the arguments cannot be read.</summary>
    public static async Task<int> RunAsync(string[] arguments, TextWriter output)
    {
        var (requests, seed) = (UsualRequests, Fuzz.Seed);
        for (var i = 0; i < arguments.Length; i++)
        {
            if (arguments[i] == "--seed" && i + 1 < arguments.Length && TryRead(arguments[i + 1], out seed))
            {
                i++;
            }
            else if (!TryRead(arguments[i], out requests))
            {
                await Console.Error.WriteLineAsync("fuzz [requests] [--seed number]");
                return 2;
            }
        }

        using var book = new LogBook(LogLevel.Warning);
        await using var app = await TestApp.StartAsync(adjust: builder => builder.Logging.ClearProviders().AddProvider(book), settings: FuzzRun.Settings);
        await new FuzzRun(app, book, seed - 1).SendAsync(1_000); // What is made once is there before anything is measured.
        await output.WriteLineAsync($"{requests} requests, seed {seed}");
        await output.WriteLineAsync($"before:             {Memory()}");
        var report = await new FuzzRun(app, book, seed).SendAsync(requests);
        await output.WriteLineAsync($"after:              {Memory()}");
        await Task.Delay(TimeSpan.FromMinutes(1));
        await output.WriteLineAsync($"a minute later:     {Memory()}");
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        await output.WriteLineAsync($"after a collection: {Memory()}");
        await output.WriteLineAsync($"{report}");
        await output.WriteLineAsync($"{book.Lines.Count} lines in the log, {book.Errors.Count} of them errors");
        await output.WriteLineAsync(report.Failure ?? "Nothing failed.");
        return report.Failure is null ? 0 : 1;
    }

    private static bool TryRead(string text, out int number) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private static string Memory()
    {
        using var process = Process.GetCurrentProcess();
        return $"{process.WorkingSet64 >> 20} MB resident, {GC.GetTotalMemory(forceFullCollection: false) >> 20} MB of objects";
    }
}
