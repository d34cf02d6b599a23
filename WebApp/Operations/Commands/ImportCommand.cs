using System.Globalization;
using WebApp.Features.Accounts.Importing;
using WebApp.Platform.Data;

namespace WebApp.Operations.Commands;

/// <summary>Imports accounts from another system.</summary>
internal sealed class ImportCommand : ICommand
{
    private const string Resume = "resume";
    private const string Rehearse = "dry-run";
    private const string Report = "report";

    /// <summary>The maximum number of refused lines that are printed; the report has all of them.</summary>
    private const int MaxPrinted = 20;

    public string Name => "import";

    public string Summary => "brings accounts over from another system (docs/import.md)";

    public IReadOnlyList<string> Arguments => ["FILE"];

    public IReadOnlyDictionary<string, string> Options { get; } =
        new Dictionary<string, string> { [Resume] = ICommand.Flag, [Rehearse] = ICommand.Flag, [Report] = "FILE" };

    public async Task<ExitCode> RunAsync(CommandInput input, CancellationToken cancel)
    {
        await using var app = await input.BuildAsync();
        app.CheckMasterKey();
        var isRehearsal = input.Options.ContainsKey(Rehearse);
        var display = new ImportDisplay(input.Terminal, TimeProvider.System);
        try
        {
            await using var report = OpenReport(input.Options.GetValueOrDefault(Report));
            var printed = 0;
            var done = await app.Services.GetRequiredService<UserImport>().RunAsync(
                new(input.Arguments[0], input.Options.ContainsKey(Resume), isRehearsal),
                display.ShowAsync,
                async (line, reason) =>
                {
                    await report.WriteLineAsync($"{line.ToString(CultureInfo.InvariantCulture)},\"{reason.Replace("\"", "\"\"", StringComparison.Ordinal)}\"");
                    await (printed++ < MaxPrinted ? input.Output.WriteLineAsync($"line {line}: {reason}") : Task.CompletedTask);
                },
                cancel);
            await (printed > MaxPrinted ? input.Output.WriteLineAsync($"and {printed - MaxPrinted} more: --{Report} FILE writes them all") : Task.CompletedTask);
            await input.Output.WriteLineAsync($"{(isRehearsal ? "Would import" : "Imported")} {done.Imported}, refused {done.Refused}.");
            return done.Refused == 0 ? ExitCode.Good : ExitCode.Bad;
        }
        catch (ImportException failure)
        {
            throw new CommandException(failure.Message);
        }
    }

    private static StreamWriter OpenReport(string? path)
    {
        try
        {
            var report = path is null ? StreamWriter.Null : new StreamWriter(path) { NewLine = "\n" };
            report.WriteLine("line,reason");
            return report;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(failure.Message);
        }
    }
}

/// <summary>Shows the progress of an import: a bar on a screen, a line every few seconds in a log.</summary>
internal sealed class ImportDisplay(Terminal terminal, TimeProvider clock)
{
    private const int Width = 30;

    private static readonly TimeSpan LineInterval = TimeSpan.FromSeconds(5);

    private long lastLine = clock.GetTimestamp();

    /// <summary>Shows the progress; in a log, at most every few seconds.</summary>
    public async Task ShowAsync(ImportProgress progress)
    {
        var numbers = string.Create(CultureInfo.InvariantCulture, $"{progress.Share,4:P0}  {progress.Imported} imported, {progress.Refused} refused");
        if (terminal.Shows)
        {
            var filled = (int)Math.Round(progress.Share * Width);
            await terminal.DrawAsync($"[{new string('#', filled)}{new string('.', Width - filled)}] {numbers}{(progress.Share >= 1 ? "\n" : "")}");
        }
        else if (clock.GetElapsedTime(lastLine) >= LineInterval)
        {
            lastLine = clock.GetTimestamp();
            await terminal.SayAsync(numbers.Trim());
        }
    }
}
