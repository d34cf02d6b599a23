using System.Diagnostics;

namespace WebApp.Tests.Support;

/// <summary>Waits for what comes by itself.</summary>
public static class Patience
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>Asks until it is so, and says how long that took; fails after a minute.</summary>
    public static async Task<TimeSpan> UntilAsync(Func<Task<bool>> isSo)
    {
        var since = Stopwatch.GetTimestamp();
        while (!await isSo())
        {
            Assert.That(Stopwatch.GetElapsedTime(since), Is.LessThan(Limit), "it never was");
            await Task.Delay(1);
        }

        return Stopwatch.GetElapsedTime(since);
    }
}
