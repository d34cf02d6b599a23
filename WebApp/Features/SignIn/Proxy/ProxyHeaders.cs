using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using WebApp.Platform.Http.Proxies;
using WebApp.Platform.Mail;
using WebApp.Platform.Users;

namespace WebApp.Features.SignIn.Proxy;

/// <summary>
/// Reads the user that the proxy names, only if the connection itself comes from a trusted proxy (ASVS 4.1.3); the last address of a chain of
/// forwarded addresses does not matter. Header names are compared without case, but a name with underscores is a different header.
/// </summary>
public sealed class ProxyHeaders(IOptions<ProxySignInOptions> options, IOptions<ProxyOptions> proxies)
{
    private const int MaxLength = 254;

    private static readonly ProxyIdentity.Silent Off = new("Sign-in by a proxy's header is switched off.");
    private static readonly ProxyIdentity.Silent NotTrusted = new("The request did not come from a trusted proxy.");
    private static readonly ProxyIdentity.Silent NoUser = new("The proxy names nobody.");
    private static readonly ProxyIdentity.Unreadable Twice = new("The proxy names a user more than once; it must replace the header that a client sends.");
    private static readonly ProxyIdentity.Unreadable NoText = new("The proxy names a user in a way that cannot be read.");

    /// <summary>Whether header sign-in is on.</summary>
    public bool IsOn => options.Value.Enabled;

    /// <summary>What this request's proxy says about its user.</summary>
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
        return name.Length == 0 ? NoUser
            : name.Length > MaxLength || name.AsSpan().ContainsAnyExceptInRange('!', '~') ? NoText
            : new ProxyIdentity.Named(name, Email(context.Request.Headers[options.Value.EmailHeader]));
    }

    private static string? Email(StringValues sent) => sent is [{ } one] && one.All(char.IsAscii) ? EmailAddress.Parse(one) : null;
}

/// <summary>What the proxy of a request says about its user.</summary>
public abstract record ProxyIdentity
{
    private ProxyIdentity()
    {
    }

    /// <summary>The proxy names no user that counts: header sign-in is off, the peer is not trusted, or no user is named.</summary>
    /// <param name="Reason">The reason, as readable text.</param>
    public sealed record Silent(string Reason) : ProxyIdentity;

    /// <summary>The header is invalid: sent twice, a list, or not plain text. Such a request is refused.</summary>
    /// <param name="Reason">The reason, as readable text.</param>
    public sealed record Unreadable(string Reason) : ProxyIdentity;

    /// <summary>The proxy names a user.</summary>
    /// <param name="Name">The name, as the proxy gives it.</param>
    /// <param name="Email">The address that the proxy gives too, if it is valid.</param>
    public sealed record Named(string Name, string? Email) : ProxyIdentity;
}

/// <summary>Compares the signed-in user with the user that the proxy names. Both must be the same, whatever a cookie or token says.</summary>
public sealed class ProxyUsers(ProxyHeaders headers, ProxyAccounts accounts)
{
    /// <summary>Whether there is anything to compare; if not, requests skip the check.</summary>
    public bool IsOn => headers.IsOn;

    /// <summary>Whether the user may act in this request: the proxy names them, or names nobody.</summary>
    public async ValueTask<bool> AgreesAsync(HttpContext context, UserSnapshot user) => headers.Read(context) switch
    {
        ProxyIdentity.Named(var name, _) => await accounts.MeansAsync(name, user, context.RequestAborted),
        ProxyIdentity.Silent => true,
        _ => false,
    };
}
