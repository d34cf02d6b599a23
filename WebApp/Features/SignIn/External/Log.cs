namespace WebApp.Features.SignIn.External;

internal static partial class Log
{
    [LoggerMessage(LogLevel.Warning, "The provider {Provider} cannot be used now: {Reason}")]
    public static partial void ProviderUnusable(this ILogger logger, string provider, string reason);

    // Debug, and without the error in the answer: any client can send a wrong one.
    [LoggerMessage(LogLevel.Debug, "An answer of the provider {Provider} was refused")]
    public static partial void AnswerRefused(this ILogger logger, string provider);
}
