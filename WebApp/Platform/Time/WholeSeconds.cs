namespace WebApp.Platform.Time;

/// <summary>Spans of time as answers state them: in whole seconds, rounded up, so that no client acts too early by a fraction.</summary>
public static class WholeSeconds
{
    /// <summary>The seconds; 0 where the time is over.</summary>
    public static int RoundUp(TimeSpan span) => (int)Math.Clamp(Math.Ceiling(span.TotalSeconds), 0, int.MaxValue);
}
