namespace WebApp.Features.Accounts.FirstRun;

internal static partial class Log
{
    // The only secret that is logged: it is worthless once there is an administrator, and a user who starts a node cannot find it elsewhere. A warning, so
    // that it is shown.
    [LoggerMessage(LogLevel.Warning, "Nobody is administrator yet. Open {Address} and use the code {SetupCode}")]
    public static partial void SetupOpen(this ILogger logger, string address, string setupCode);
}
