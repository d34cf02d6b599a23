namespace WebApp.Features.SecondFactors.Passkeys;

internal static partial class Log
{
    // Debug: most are passkeys removed long ago, and anybody can cause one.
    [LoggerMessage(LogLevel.Debug, "A passkey was refused at {Ceremony}: {Reason}")]
    public static partial void PasskeyRefused(ILogger logger, string ceremony, string reason);
}
