using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace WebApp.Features.Passwords;

/// <summary>How a password becomes bcrypt's key.</summary>
internal static class BcryptKey
{
    /// <summary>Room for the longest key and its NUL.</summary>
    public const int MaxLength = PasswordText.MaxBytes + 1;

    /// <summary>Writes the key with its NUL.</summary>
    /// <returns>Its length, or 0 where the format cannot express the password: a NUL would end it early.</returns>
    public static int Write(HashFormat format, string salt, ReadOnlySpan<byte> password, Span<byte> key)
    {
        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        switch (format)
        {
            case HashFormat.BcryptSha256V2:
                HMACSHA256.HashData(Encoding.ASCII.GetBytes(salt), password, mac);
                return Encode(mac, key);

            case HashFormat.BcryptSha256V1:
                SHA256.HashData(password, mac);
                return Encode(mac, key);

            default:
                if (password.Contains((byte)0))
                {
                    return 0;
                }

                password.CopyTo(key);
                key[password.Length] = 0;
                return password.Length + 1;
        }
    }

    /// <summary>Base64, because the raw 32 bytes may hold a NUL.</summary>
    private static int Encode(Span<byte> mac, Span<byte> key)
    {
        Base64.EncodeToUtf8(mac, key, out _, out var written);
        CryptographicOperations.ZeroMemory(mac);
        key[written] = 0;
        return written + 1;
    }
}
