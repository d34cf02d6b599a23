namespace WebApp.Features.Alerts;

internal static partial class Log
{
    [LoggerMessage(LogLevel.Warning, "Administrators could not be told of alerts yet: {Reason}")]
    public static partial void DigestPutOff(ILogger logger, string reason);
}
