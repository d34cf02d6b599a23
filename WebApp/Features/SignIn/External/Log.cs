namespace WebApp.Features.SignIn.External;

internal static partial class Log
{
    [LoggerMessage(LogLevel.Warning, "The provider {Provider} cannot be used now: {Reason}")]
    public static partial void ProviderUnusable(this ILogger logger, string provider, string reason);

    // Debug: any client can send a wrong answer.
    [LoggerMessage(LogLevel.Debug, "An answer of the provider {Provider} was refused: {Error}")]
    public static partial void AnswerRefused(this ILogger logger, string provider, string? error);
}
