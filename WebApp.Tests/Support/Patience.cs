using System.Diagnostics;

namespace WebApp.Tests.Support;

/// <summary>Waits for what comes by itself.</summary>
public static class Patience
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    /// <summary>Asks until it is so, and says how long that took; fails after three minutes.</summary>
    public static async Task<TimeSpan> UntilAsync(Func<Task<bool>> isSo)
    {
        var since = Stopwatch.GetTimestamp();
        // Often at first, then less: asking takes processor time from what is awaited.
        for (var pause = 1; !await isSo(); pause = Math.Min(pause + 1, 20))
        {
            Assert.That(Stopwatch.GetElapsedTime(since), Is.LessThan(Limit), "it never was");
            await Task.Delay(pause);
        }

        return Stopwatch.GetElapsedTime(since);
    }
}
