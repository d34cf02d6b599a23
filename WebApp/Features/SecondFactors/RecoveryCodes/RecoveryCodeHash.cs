using System.Security.Cryptography;
using System.Text;
using WebApp.Platform.Data.Encryption;

namespace WebApp.Features.SecondFactors.RecoveryCodes;

/// <summary>
/// Hashes recovery codes under a key that is not in the database: from a dump alone, 50 bits could be guessed; without the key nothing can.
/// </summary>
public sealed class RecoveryCodeHash(MasterKey master)
{
    private readonly byte[] key = master.Derive("recovery codes");

    /// <summary>The hash of a user's code, or null when what was typed is no code.</summary>
    public byte[]? Of(Guid userId, string typed) =>
        RecoveryCodeText.Normalize(typed) is { } code ? HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{userId:N}{code}")) : null;
}
