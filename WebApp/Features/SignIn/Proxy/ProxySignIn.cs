using WebApp.Platform.Data.Encryption;
using WebApp.Platform.Http.Client;

namespace WebApp.Features.SignIn.Proxy;

/// <summary>Signs in people whom the proxy has signed in.</summary>
public sealed class ProxySignIn(ProxyAccounts accounts, VouchedSignIn vouched)
{
    /// <summary>What the proxy's word adds to <c>amr</c>: RFC 8176 has no value for it.</summary>
    public const string Amr = "ext";

    /// <summary>
    /// Checks whom the proxy names. When they last showed the proxy who they are is not known here, so sensitive operations ask for the second
    /// factor or the password; a cookie of the proxy's alone changes no credential.
    /// </summary>
    public async Task<SignInResult> SignInAsync(ProxyIdentity.Named named, RowKey? device, ClientInfo client, CancellationToken cancel)
    {
        var user = await accounts.FindOrMakeAsync(named, client, cancel);
        var addressMatters = user is { EmailConfirmed: false } && !await accounts.WasMadeForAsync(named.Name, user.Id, cancel);
        return await vouched.SignInAsync(user, Amr, device, client, cancel, addressMatters);
    }
}
