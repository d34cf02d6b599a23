namespace WebApp.Features.Applications;

/// <summary>Log messages of the provider.</summary>
internal static partial class Log
{
    [LoggerMessage(LogLevel.Warning, "The keys of the OpenID Connect provider could not be maintained; the next try is within the hour.")]
    public static partial void KeyMaintenanceFailed(this ILogger log, Exception failure);

    [LoggerMessage(LogLevel.Warning, "Logout tokens could not be queued: {Reason}")]
    public static partial void LogoutPutOff(this ILogger log, string reason);
}
