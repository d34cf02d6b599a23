using WebApp.Platform.Users;

namespace WebApp.Features.SignIn.Proxy;

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
