namespace WebApp.Platform.Mail;

internal static partial class Log
{
    [LoggerMessage(LogLevel.Warning, "The outbox could not be pruned and will be in some minutes: {Reason}")]
    public static partial void OutboxPruningPutOff(this ILogger logger, string reason);

    [LoggerMessage(2001, LogLevel.Information, "Message {MessageId} ({Kind}) is sent.")]
    public static partial void MailSent(this ILogger logger, Guid messageId, string kind);

    [LoggerMessage(2002, LogLevel.Warning, "Message {MessageId} ({Kind}) waits until {NextAttemptAt:O} after attempt {Attempts}: {Reason}")]
    public static partial void MailDeferred(this ILogger logger, Guid messageId, string kind, DateTimeOffset nextAttemptAt, int attempts, string reason);

    [LoggerMessage(2003, LogLevel.Error, "Message {MessageId} ({Kind}) is given up after attempt {Attempts}: {Reason}")]
    public static partial void MailFailed(this ILogger logger, Guid messageId, string kind, int attempts, string reason);

    // Warning, logged once per outage: the database is monitored elsewhere, and mail is only late.
    [LoggerMessage(2004, LogLevel.Warning, "The outbox cannot be worked on; trying until it can.")]
    public static partial void OutboxUnavailable(this ILogger logger, Exception exception);

    [LoggerMessage(2005, LogLevel.Information, "The outbox is worked on again.")]
    public static partial void OutboxAvailable(this ILogger logger);

    [LoggerMessage(2006, LogLevel.Information, "{Count} old mails are removed from the outbox.")]
    public static partial void OutboxPruned(this ILogger logger, int count);

    // Without the exception object: its message may quote an address.
    [LoggerMessage(2007, LogLevel.Error, "The mail transport broke with {ExceptionType}.")]
    public static partial void TransportBroke(this ILogger logger, string exceptionType);

    [LoggerMessage(2008, LogLevel.Warning, "{Count} messages are dropped unsent: their code or link has expired.")]
    public static partial void MailExpired(this ILogger logger, int count);
}
