using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using WebApp.Platform.Http.Proxies;
using WebApp.Platform.Mail;
using WebApp.Platform.Users;

namespace WebApp.Features.SignIn.Proxy;

/// <summary>
/// Reads whom the proxy names, and only where the connection itself is a trusted proxy's (ASVS 4.1.3): not whoever a chain of forwarded
/// addresses ends with. Spelling of the header's name does not matter, as for every header; another name, such as with underscores, is another header.
/// </summary>
public sealed class ProxyHeaders(IOptions<ProxySignInOptions> options, IOptions<ProxyOptions> proxies)
{
    private const int MaxLength = 254;

    private static readonly ProxyIdentity.Silent Off = new("Sign-in by a proxy's header is switched off.");
    private static readonly ProxyIdentity.Silent NotTrusted = new("The request did not come from a trusted proxy.");
    private static readonly ProxyIdentity.Silent Nobody = new("The proxy names nobody.");
    private static readonly ProxyIdentity.Unreadable Twice = new("The proxy names a user more than once; it must replace the header that a client sends.");
    private static readonly ProxyIdentity.Unreadable NoText = new("The proxy names a user in a way that cannot be read.");

    /// <summary>Whether header sign-in is on.</summary>
    public bool IsOn => options.Value.Enabled;

    /// <summary>What this request's proxy says.</summary>
    public ProxyIdentity Read(HttpContext context)
    {
        if (!IsOn)
        {
            return Off;
        }

        if (!proxies.Value.IsTrusted(DirectPeer.AddressOf(context)))
        {
            return NotTrusted;
        }

        var sent = context.Request.Headers[options.Value.UserHeader];
        if (sent.Count > 1 || (sent.Count == 1 && sent[0]!.Contains(',', StringComparison.Ordinal)))
        {
            return Twice;
        }

        var name = sent.Count == 0 ? "" : sent[0]!.Trim(' ', '\t');
        return name.Length == 0 ? Nobody
            : name.Length > MaxLength || name.AsSpan().ContainsAnyExceptInRange('!', '~') ? NoText
            : new ProxyIdentity.Named(name, Email(context.Request.Headers[options.Value.EmailHeader]));
    }

    private static string? Email(StringValues sent) => sent is [{ } one] && one.All(char.IsAscii) ? EmailAddress.Parse(one) : null;
}

/// <summary>What a request's proxy says of who is there.</summary>
public abstract record ProxyIdentity
{
    private ProxyIdentity()
    {
    }

    /// <summary>Nothing that counts: header sign-in is off, the peer is not trusted, or nobody is named.</summary>
    /// <param name="Reason">Why, for people.</param>
    public sealed record Silent(string Reason) : ProxyIdentity;

    /// <summary>Something that cannot be meant: sent twice, a list, no plain text. Nobody is let in, and nothing else is done for such a request.</summary>
    /// <param name="Reason">Why, for people.</param>
    public sealed record Unreadable(string Reason) : ProxyIdentity;

    /// <summary>Somebody.</summary>
    /// <param name="Name">As the proxy names them.</param>
    /// <param name="Email">The address it gives besides, where it can be one.</param>
    public sealed record Named(string Name, string? Email) : ProxyIdentity;
}

/// <summary>Holds whoever is signed in here against whom the proxy names: both must be the same, whatever a cookie or token says.</summary>
public sealed class ProxyUsers(ProxyHeaders headers, ProxyAccounts accounts)
{
    /// <summary>Whether there is anything to compare: otherwise no request pays for it.</summary>
    public bool IsOn => headers.IsOn;

    /// <summary>Whether the user may act in this request: the proxy names them, or nobody.</summary>
    public async ValueTask<bool> AgreesAsync(HttpContext context, UserSnapshot user) => headers.Read(context) switch
    {
        ProxyIdentity.Named(var name, _) => await accounts.MeansAsync(name, user, context.RequestAborted),
        ProxyIdentity.Silent => true,
        _ => false,
    };
}
