namespace WebApp.Sessions;

internal static partial class Log
{
    // Warning: either the key ring was lost or somebody wrote to the table.
    [LoggerMessage(LogLevel.Warning, "The ticket of session {SessionId} was not sealed by this installation; the session opens nothing")]
    public static partial void TicketRefused(ILogger logger, Guid sessionId);

    [LoggerMessage(LogLevel.Warning, "Last uses of {Count} sessions could not be written and are kept for the next flush: {Reason}")]
    public static partial void LastSeenKept(ILogger logger, int count, string reason);
}
