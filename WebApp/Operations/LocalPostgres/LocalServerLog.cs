namespace WebApp.Operations.LocalPostgres;

internal static partial class LocalServerLog
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Making a PostgreSQL cluster in {DataDirectory}")]
    public static partial void CreatingCluster(this ILogger logger, string dataDirectory);

    [LoggerMessage(Level = LogLevel.Information, Message = "Started PostgreSQL on 127.0.0.1:{Port} from {DataDirectory} in {Milliseconds} ms")]
    public static partial void StartedServer(this ILogger logger, int port, string dataDirectory, long milliseconds);

    [LoggerMessage(Level = LogLevel.Information, Message = "Using the PostgreSQL that runs on 127.0.0.1:{Port} from {DataDirectory}")]
    public static partial void ReusedServer(this ILogger logger, int port, string dataDirectory);

    [LoggerMessage(Level = LogLevel.Warning, Message = "PostgreSQL did not start at attempt {Attempt}; trying again. Its log: {LogFile}")]
    public static partial void StartFailed(this ILogger logger, int attempt, string logFile);

    [LoggerMessage(Level = LogLevel.Information, Message = "Stopped PostgreSQL in {DataDirectory}")]
    public static partial void StoppedServer(this ILogger logger, string dataDirectory);

    [LoggerMessage(Level = LogLevel.Warning, Message = "PostgreSQL in {DataDirectory} was not stopped: {Reason}")]
    public static partial void StopFailed(this ILogger logger, string dataDirectory, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Cleared away {DataDirectory}, left by a process that was killed")]
    public static partial void SweptThrowaway(this ILogger logger, string dataDirectory);
}
