using WebApp.Hosting;
using WebApp.Verification;

namespace WebApp.Accounts;

/// <summary>Replaces forgotten passwords.</summary>
public sealed class PasswordReset
{
    /// <summary>Mails a reset link where the address has an account; does as much work where it has none.</summary>
    public Task RequestAsync(string? email, ClientInfo client, CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>Sets the new password and ends every session, if the proof holds and the password meets the policy.</summary>
    public Task<PasswordResetResult> ResetAsync(SecretProof proof, string? newPassword, ClientInfo client, CancellationToken cancel) => throw new NotImplementedException();
}
