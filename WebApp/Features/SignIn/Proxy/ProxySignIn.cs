using WebApp.Platform.Data.Encryption;
using WebApp.Platform.Http.Client;

namespace WebApp.Features.SignIn.Proxy;

/// <summary>Signs in users whom the proxy has signed in.</summary>
public sealed class ProxySignIn(ProxyAccounts accounts, VouchedSignIn vouched)
{
    /// <summary>The value that sign-in by the proxy adds to <c>amr</c>: RFC 8176 has no value for it.</summary>
    public const string Amr = "ext";

    /// <summary>
    /// Signs in the user that the proxy names. It is not known when they last authenticated at the proxy, so sensitive operations ask for the
    /// second factor or the password; a cookie of the proxy alone changes no credential.
    /// </summary>
    public async Task<SignInResult> SignInAsync(ProxyIdentity.Named named, RowKey? device, ClientInfo client, CancellationToken cancel)
    {
        var user = await accounts.FindOrMakeAsync(named, client, cancel);
        var addressMatters = user is { EmailConfirmed: false } && !await accounts.WasMadeForAsync(named.Name, user.Id, cancel);
        return await vouched.SignInAsync(user, Amr, device, client, cancel, addressMatters);
    }
}
