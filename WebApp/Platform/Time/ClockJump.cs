namespace WebApp.Platform.Time;

/// <summary>
/// Detects a stored time that is in the future, because a clock was ahead and has been corrected since, as on a machine that was resumed. Code that
/// compares a stored time with the present must either be safe with such a time or use this check (docs/operations.md).
/// </summary>
public static class ClockJump
{
    /// <summary>How far in the future a stored time may be and still be accepted: the maximum difference between the clocks of two nodes.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    /// <summary>Whether the time of a past event is later than any correct clock could have recorded.</summary>
    public static bool IsAhead(DateTimeOffset happenedAt, DateTimeOffset now) => happenedAt - now > Tolerance;
}
