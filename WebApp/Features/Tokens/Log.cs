namespace WebApp.Features.Tokens;

internal static partial class Log
{
    [LoggerMessage(LogLevel.Debug, "Signing keys loaded: {Count}")]
    public static partial void SigningKeysLoaded(this ILogger logger, int count);

    [LoggerMessage(LogLevel.Error, "The signing keys could not be looked after; trying again in an hour")]
    public static partial void SigningKeyMaintenanceFailed(this ILogger logger, Exception exception);
}
