namespace WebApp.Mfa.Totp;

/// <summary>Codes from an authenticator app (RFC 6238).</summary>
public sealed class TotpFactor
{
    /// <summary>Judges and spends a code.</summary>
    public Task<FactorResult> VerifyAsync(Guid userId, string code, CancellationToken cancel) => throw new NotImplementedException();
}
