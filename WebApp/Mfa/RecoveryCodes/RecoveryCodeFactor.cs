using WebApp.Hosting;

namespace WebApp.Mfa.RecoveryCodes;

/// <summary>Recovery codes.</summary>
public sealed class RecoveryCodeFactor
{
    /// <summary>Judges and spends a code.</summary>
    public Task<FactorResult> VerifyAsync(Guid userId, string code, ClientInfo client, CancellationToken cancel) => throw new NotImplementedException();
}
