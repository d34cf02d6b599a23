namespace WebApp.Platform.Text;

/// <summary>Durations in words, in the current language.</summary>
public static class Durations
{
    private const int MostMinutes = 90;

    /// <summary>Seconds below a minute, minutes up to 90, else hours. Rounded up after a tenth: 5 minutes and a second are 5 minutes. At least one.</summary>
    public static string Describe(TimeSpan span) => span switch
    {
        { TotalSeconds: < 60 } => Seconds(Whole(span.TotalSeconds)),
        { TotalMinutes: <= MostMinutes } => Minutes(Whole(Math.Round(span.TotalMinutes, 1))),
        _ => Hours(Whole(Math.Round(span.TotalHours, 1))),
    };

    /// <summary>“1 hour”, “2 hours”.</summary>
    public static string Hours(int hours) => Plural(hours, "1 hour", "{0} hours");

    /// <summary>“1 minute”, “2 minutes”.</summary>
    public static string Minutes(int minutes) => Plural(minutes, "1 minute", "{0} minutes");

    private static string Seconds(int seconds) => Plural(seconds, "1 second", "{0} seconds");

    private static int Whole(double number) => Math.Max(1, (int)Math.Ceiling(number));
}
