using System.Buffers;
using Microsoft.Extensions.Options;
using WebApp.Platform.Http.Proxies;

namespace WebApp.Features.SignIn.Proxy;

/// <summary>Options for sign-in by a header that a trusted proxy sets: section <c>ProxyAuth</c>.</summary>
public sealed class ProxySignInOptions
{
    /// <summary>Whether the header is used at all.</summary>
    public bool Enabled { get; set; }

    /// <summary>The header that names the user: by e-mail address, or by another name that the proxy uses.</summary>
    public string UserHeader { get; set; } = "X-Remote-User";

    /// <summary>The header with the address of a user whose name is not an address. It is read only to create their account.</summary>
    public string EmailHeader { get; set; } = "X-Remote-Email";

    /// <summary>Whether a user seen for the first time gets an account.</summary>
    public bool Provision { get; set; }

    /// <summary>
    /// Whether the proxy has verified that the address is its user's, so that it counts as confirmed. Never set it if a client could set one of
    /// the two headers itself. Without it, users sign in through the proxy and confirm the address by a mailed reset.
    /// </summary>
    public bool TrustEmail { get; set; }
}

/// <summary>Refuses to start with header sign-in but no trusted proxy: anybody could sign in as anyone.</summary>
internal sealed class ProxySignInValidator(IOptions<ProxyOptions> proxies) : IValidateOptions<ProxySignInOptions>
{
    // RFC 9110 5.6.2, without the underscore, which proxies drop or convert to a hyphen.
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
