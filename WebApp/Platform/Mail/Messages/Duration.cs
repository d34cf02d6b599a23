namespace WebApp.Platform.Mail.Messages;

/// <summary>Spans of time in words.</summary>
internal static class Duration
{
    public static string Hours(int hours) => hours == 1 ? "1 hour" : $"{hours} hours";

    public static string Minutes(int minutes) => minutes == 1 ? "1 minute" : $"{minutes} minutes";
}
