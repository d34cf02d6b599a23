namespace WebApp.Mfa.EmailCodes;

/// <summary>Mailed codes.</summary>
public sealed class EmailCodeFactor
{
    /// <summary>Judges and spends a code.</summary>
    public Task<FactorResult> VerifyAsync(Guid userId, Guid boundTo, string code, CancellationToken cancel) => throw new NotImplementedException();
}
