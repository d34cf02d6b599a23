namespace WebApp.Platform.Time;

/// <summary>Durations in answers: whole seconds, rounded up, so that no client acts too early.</summary>
public static class WholeSeconds
{
    /// <summary>The seconds; 0 if the duration is negative.</summary>
    public static int RoundUp(TimeSpan span) => (int)Math.Clamp(Math.Ceiling(span.TotalSeconds), 0, int.MaxValue);
}
