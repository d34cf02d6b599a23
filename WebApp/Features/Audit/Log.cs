namespace WebApp.Features.Audit;

internal static partial class Log
{
    [LoggerMessage(LogLevel.Information, "The audit trail's chain begins; {Count} events from before are taken into it as they were found")]
    public static partial void ChainBegun(this ILogger logger, int count);

    [LoggerMessage(LogLevel.Error, "The audit trail was tampered with: {What} Events are written, but not sealed. Run: WebApp audit verify, and once you know why: WebApp audit begin-new-chain --reason TEXT")]
    public static partial void ChainBroken(this ILogger logger, string what);

    [LoggerMessage(LogLevel.Warning, "The audit trail cannot be sealed now ({Reason}); trying until it can")]
    public static partial void SealingPutOff(this ILogger logger, string reason);

    [LoggerMessage(LogLevel.Warning, "The oldest security events could not be removed and will be in some minutes: {Reason}")]
    public static partial void EventPruningPutOff(this ILogger logger, string reason);

    [LoggerMessage(LogLevel.Information, "{Count} security events were kept long enough and are removed")]
    public static partial void EventsPruned(this ILogger logger, long count);

    [LoggerMessage(LogLevel.Warning, "No checkpoint could be written to {File}: {Reason}")]
    public static partial void CheckpointPutOff(this ILogger logger, string file, string reason);

    [LoggerMessage(LogLevel.Warning, "The figures of this minute cannot be written now ({Reason}); trying until they can")]
    public static partial void FiguresPutOff(this ILogger logger, string reason);
}
