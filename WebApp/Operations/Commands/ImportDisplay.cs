using System.Globalization;
using WebApp.Features.Accounts.Importing;

namespace WebApp.Operations.Commands;

/// <summary>Shows how far an import is: a bar for who looks on, a line every some seconds for a log.</summary>
internal sealed class ImportDisplay(Terminal terminal, TimeProvider clock)
{
    private const int Width = 30;

    private static readonly TimeSpan LineInterval = TimeSpan.FromSeconds(5);

    private long lastLine = clock.GetTimestamp();

    /// <summary>Shows it, unless that was done just now.</summary>
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
