namespace WebApp.Features.Accounts;

internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "The accounts {AccountId} and {OtherId} have the same e-mail address in two spellings. Both still work; change the address of one of them.")]
    public static partial void AddressClashes(this ILogger logger, Guid accountId, Guid otherId);

    [LoggerMessage(Level = LogLevel.Information, Message = "An account was erased, 30 days after its owner asked for it.")]
    public static partial void AccountErased(this ILogger logger);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Erasing accounts is put off for an hour.")]
    public static partial void ErasurePutOff(this ILogger logger, Exception failure);
}
