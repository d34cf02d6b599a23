namespace WebApp.Platform.Changes;

internal static partial class Log
{
    [LoggerMessage(LogLevel.Information, "Listening to the database; caches are trusted again")]
    public static partial void FeedConnected(ILogger logger);

    // Warning, not error: requests are still served, and each queries the database.
    [LoggerMessage(LogLevel.Warning, "No LISTEN connection to the database ({Reason}); every check asks the database until there is one again ({Omitted} more since the last such line)")]
    public static partial void FeedLost(ILogger logger, string reason, int omitted);
}
