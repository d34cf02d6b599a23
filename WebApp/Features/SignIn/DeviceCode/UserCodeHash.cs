using System.Security.Cryptography;
using System.Text;
using WebApp.Platform.Data.Encryption;

namespace WebApp.Features.SignIn.DeviceCode;

/// <summary>Hashes user codes under a key that is not in the database: from a dump alone, 34 bits would be guessed in seconds.</summary>
public sealed class UserCodeHash(MasterKey master)
{
    private readonly byte[] key = master.Derive("device user codes");

    /// <summary>The hash of a code, see <see cref="UserCode.Normalize"/>.</summary>
    public byte[] Of(string code) => HMACSHA256.HashData(key, Encoding.ASCII.GetBytes(code));
}
