namespace WebApp.Tests.Support;

/// <summary>The real clock, moved: what it says can jump, while timers and elapsed times run on.</summary>
public sealed class TestClock : TimeProvider
{
    private long offsetTicks;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddTicks(Volatile.Read(ref offsetTicks));

    /// <summary>Jumps ahead.</summary>
    public void Advance(TimeSpan span) => Interlocked.Add(ref offsetTicks, span.Ticks);
}
