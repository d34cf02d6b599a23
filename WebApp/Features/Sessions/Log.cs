namespace WebApp.Features.Sessions;

internal static partial class Log
{
    // Warning: either the key ring was lost or somebody changed the table by hand.
    [LoggerMessage(LogLevel.Warning, "The ticket of session {SessionId} was not sealed by this installation; the session opens nothing")]
    public static partial void TicketRefused(ILogger logger, Guid sessionId);

    [LoggerMessage(LogLevel.Warning, "The ends of impersonations cannot be recorded now ({Reason}); trying until they can")]
    public static partial void EndsPutOff(ILogger logger, string reason);
}
