using WebApp.Hosting;
using WebApp.Verification;

namespace WebApp.Accounts;

/// <summary>Confirms the address of a new account.</summary>
public sealed class EmailConfirmation
{
    /// <summary>True when the address is confirmed now; false when the proof is unknown, used or too old.</summary>
    public Task<bool> ConfirmAsync(SecretProof proof, ClientInfo client, CancellationToken cancel) => throw new NotImplementedException();
}
