namespace WebApp.Platform.Time;

/// <summary>
/// What a time is worth that was stored by a clock that ran ahead and has been set right since, as on a machine that was resumed. Every place that
/// compares a stored time with the present either cannot be harmed by one that is too late, or asks here (docs/operations.md).
/// </summary>
public static class ClockJump
{
    /// <summary>By how much a stored time may be ahead of the present and still be believed: the most by which the clocks of two nodes may differ.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    /// <summary>Whether a time at which something happened is later than any clock that is right could have said.</summary>
    public static bool IsAhead(DateTimeOffset happenedAt, DateTimeOffset now) => happenedAt - now > Tolerance;
}
