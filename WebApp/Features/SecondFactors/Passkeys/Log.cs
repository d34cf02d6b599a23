namespace WebApp.Features.SecondFactors.Passkeys;

internal static partial class Log
{
    // Debug: most are passkeys that were removed long ago, and any client can cause one.
    [LoggerMessage(LogLevel.Debug, "A passkey was refused at {Ceremony}: {Reason}")]
    public static partial void PasskeyRefused(ILogger logger, string ceremony, string reason);
}
