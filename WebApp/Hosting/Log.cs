namespace WebApp.Hosting;

internal static partial class Log
{
    [LoggerMessage(LogLevel.Error, "Unexpected failure in request {TraceId}")]
    public static partial void Unexpected(ILogger logger, Exception exception, string traceId);

    // Warning without the stack: the database or the hashing queue, told once a request.
    [LoggerMessage(LogLevel.Warning, "Answered 503: {Reason}")]
    public static partial void Unavailable(ILogger logger, string reason);
}
