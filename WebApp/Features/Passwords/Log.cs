namespace WebApp.Features.Passwords;

internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "The hashing queue is full ({Waiting} waiting); sign-ins are answered with 503 and Retry-After {RetryAfter} s. Said once until the queue is half empty.")]
    public static partial void QueueFull(ILogger logger, int waiting, int retryAfter);

    [LoggerMessage(Level = LogLevel.Information, Message = "Passwords are hashed by {Library}.")]
    public static partial void HashesWith(ILogger logger, string library);

    [LoggerMessage(Level = LogLevel.Debug, Message = "A hashing thread keeps its normal priority: the system did not lower it.")]
    public static partial void PriorityKept(ILogger logger);
}
