namespace WebApp.Tests.Benchmarks.Peers;

/// <summary>How much is measured.</summary>
internal sealed record Plan(int Rounds, TimeSpan Window, TimeSpan WarmUp, int Starts, int Logins, int MemoryRequests, TimeSpan Quiet, TimeSpan Flood)
{
    /// <summary>For figures to write down; about twenty minutes.</summary>
    public static Plan Full { get; } = new(7, TimeSpan.FromSeconds(1.5), TimeSpan.FromSeconds(3), 7, 11, 100_000, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(30));

    /// <summary>To see whether all of it runs, and about where it stands; within ten minutes.</summary>
    public static Plan Quick { get; } = new(3, TimeSpan.FromSeconds(0.6), TimeSpan.FromSeconds(1), 3, 3, 20_000, TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(8));
}
