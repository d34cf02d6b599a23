using Microsoft.Extensions.Options;

namespace WebApp.Platform.Http.Proxies;

internal sealed class ProxyOptionsValidator : IValidateOptions<ProxyOptions>
{
    public ValidateOptionsResult Validate(string? name, ProxyOptions options) => options.Unreadable.Count == 0
        ? ValidateOptionsResult.Success
        : ValidateOptionsResult.Fail($"{ProxyOptions.Key} must list addresses or networks, such as 10.0.0.7 or 10.0.0.0/8; “{options.Unreadable[0]}” is neither, or would trust everybody.");
}
