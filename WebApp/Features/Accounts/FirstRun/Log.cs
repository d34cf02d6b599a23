namespace WebApp.Features.Accounts.FirstRun;

internal static partial class Log
{
    // The one secret that is logged: it is worth nothing once there is an administrator, and who starts a node has no other place to look. A warning, so that it shows.
    [LoggerMessage(LogLevel.Warning, "Nobody is administrator yet. Open {Address} and use the code {SetupCode}")]
    public static partial void SetupOpen(this ILogger logger, string address, string setupCode);
}
