namespace WebApp.Tests.Support;

/// <summary>A clock that stands until it is moved. Timers run on real time.</summary>
public sealed class ManualTime : TimeProvider
{
    private long ticks = new DateTimeOffset(2026, 3, 14, 9, 26, 53, TimeSpan.Zero).Ticks;

    public override DateTimeOffset GetUtcNow() => new(Interlocked.Read(ref ticks), TimeSpan.Zero);

    public void Advance(TimeSpan by) => Interlocked.Add(ref ticks, by.Ticks);
}
