namespace WebApp.Platform.Data;

internal static partial class DataLog
{
    [LoggerMessage(LogLevel.Warning, "Last uses of {Count} rows could not be written and are kept for the next flush: {Reason}")]
    public static partial void UsesKept(ILogger logger, int count, string reason);

    [LoggerMessage(LogLevel.Warning, "Pruning is put off by some minutes: {Reason}")]
    public static partial void PruningPutOff(ILogger logger, string reason);

    [LoggerMessage(LogLevel.Information, "A migration gave way to requests that use its tables (attempt {Attempt}: {Reason}); it is tried again")]
    public static partial void MigrationGaveWay(ILogger logger, int attempt, string reason);
}
