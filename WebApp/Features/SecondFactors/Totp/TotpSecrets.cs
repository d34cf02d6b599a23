using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;

namespace WebApp.Features.SecondFactors.Totp;

/// <summary>Makes secrets and seals them for their rows, each for its owner: moved to another's row, one opens nothing.</summary>
public sealed class TotpSecrets(IDataProtectionProvider protection)
{
    private readonly IDataProtector protector = protection.CreateProtector("Mfa.Totp");

    /// <summary>A new secret.</summary>
    public static byte[] New() => RandomNumberGenerator.GetBytes(TimeCode.SecretSize);

    /// <summary>Encrypts and authenticates a secret.</summary>
    public byte[] Seal(Guid userId, byte[] secret) => For(userId).Protect(secret);

    /// <summary>Opens a row's secret.</summary>
    /// <exception cref="CryptographicException">It was not sealed for this user by this installation.</exception>
    public byte[] Open(Guid userId, byte[] sealedSecret) => For(userId).Unprotect(sealedSecret);

    private IDataProtector For(Guid userId) => protector.CreateProtector(userId.ToString("N"));
}
