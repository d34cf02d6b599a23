namespace WebApp.Platform.Http;

internal static partial class Log
{
    // Without the exception object: its message may quote request data.
    [LoggerMessage(LogLevel.Error, "Unexpected failure in request {TraceId}: {Outline}")]
    public static partial void Unexpected(ILogger logger, string traceId, string outline);

    // Warning without the stack: the cause is the database or the hashing queue, not the code.
    [LoggerMessage(LogLevel.Warning, "Answered 503: {Reason} ({Omitted} more since the last such line)")]
    public static partial void Unavailable(ILogger logger, string reason, int omitted);

    [LoggerMessage(LogLevel.Warning, "Not ready: {Reason} ({Omitted} more since the last such line)")]
    public static partial void NotReady(ILogger logger, string reason, int omitted);

    [LoggerMessage(LogLevel.Warning, "Connections were refused, because there are as many as Server:MaxConnections allows ({Omitted} more since the last such line)")]
    public static partial void ConnectionsRefused(ILogger logger, int omitted);

    [LoggerMessage(LogLevel.Warning, "The file at Places:DatabasePath is damaged: {Reason} ({Omitted} more since the last such line)")]
    public static partial void PlaceUnreadable(ILogger logger, string reason, int omitted);
}
