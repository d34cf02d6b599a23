using System.Buffers;
using Microsoft.Extensions.Options;
using WebApp.Platform.Http.Proxies;

namespace WebApp.Features.SignIn.Proxy;

/// <summary>Header sign-in without a proxy to trust would let anybody be anyone: it does not start.</summary>
internal sealed class ProxySignInValidator(IOptions<ProxyOptions> proxies) : IValidateOptions<ProxySignInOptions>
{
    // RFC 9110 5.6.2, without the underscore, which proxies drop or take for a hyphen.
    private static readonly SearchValues<char> Letters = SearchValues.Create("!#$%&'*+-.^`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

    private static readonly string[] Taken =
        ["Authorization", "Cookie", "Host", "Origin", "Referer", "User-Agent", "Connection", "Content-Type", "Content-Length", "Transfer-Encoding", ForwardedChain.ForHeader, ForwardedChain.ProtoHeader];

    public ValidateOptionsResult Validate(string? name, ProxySignInOptions options)
    {
        if (!options.Enabled)
        {
            return ValidateOptionsResult.Success;
        }

        List<string> faults = [];
        if (proxies.Value.Trusted.Count == 0)
        {
            faults.Add($"ProxyAuth:Enabled needs {ProxyOptions.Key}, the addresses of the proxies whose word is taken: without it, no header may sign anybody in.");
        }

        foreach (var (key, header) in new[] { ("ProxyAuth:UserHeader", options.UserHeader), ("ProxyAuth:EmailHeader", options.EmailHeader) })
        {
            if (string.IsNullOrEmpty(header) || header.AsSpan().ContainsAnyExcept(Letters) || Taken.Contains(header, StringComparer.OrdinalIgnoreCase))
            {
                faults.Add($"{key} must be the name of a header that serves nothing else, such as X-Remote-User, without underscores.");
            }
        }

        if (string.Equals(options.UserHeader, options.EmailHeader, StringComparison.OrdinalIgnoreCase) && options.EmailHeader is { Length: > 0 })
        {
            faults.Add("ProxyAuth:UserHeader and ProxyAuth:EmailHeader must differ.");
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
