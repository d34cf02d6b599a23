using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Unicode;

namespace WebApp.Features.Passwords;

/// <summary>The format of bcrypt's hashes, and the library that creates them.</summary>
public static class Bcrypt
{
    /// <summary>Number of bytes of the key that bcrypt reads; the rest is ignored.</summary>
    public const int MaxKeyLength = 72;

    /// <summary>Characters of a salt: 128 bits, six per character.</summary>
    public const int SaltLength = 22;

    /// <summary>Characters of a digest: 184 bits, six per character.</summary>
    public const int DigestLength = 31;

    /// <summary>Characters of a whole hash: <c>$2b$12$</c>, salt, digest.</summary>
    public const int HashLength = 7 + SaltLength + DigestLength;

    private const string Alphabet = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    /// <summary>Only two of the last character's six bits belong to the 128 bits, so it has four possible values.</summary>
    private const string LastOfSalt = ".Oeu";

    /// <summary>A random salt.</summary>
    public static string NewSalt() =>
        string.Concat(RandomNumberGenerator.GetString(Alphabet, SaltLength - 1), RandomNumberGenerator.GetString(LastOfSalt, 1));

    /// <summary>The library that this process hashes with.</summary>
    public static IBcrypt Library { get; } = Libxcrypt.Find() ?? (IBcrypt)new ManagedBcrypt();

    /// <summary>Prefix, work factor and salt in the format of crypt(5).</summary>
    public static string Setting(string kind, int workFactor, string salt) => string.Create(CultureInfo.InvariantCulture, $"${kind}${workFactor:D2}${salt}");

    /// <summary>Refuses input that a library would interpret differently.</summary>
    public static void ThrowIfUnusable(string kind, ReadOnlySpan<byte> key)
    {
        if (kind is not ("2a" or "2b" or "2y"))
        {
            throw new ArgumentException("This kind of bcrypt is not supported.", nameof(kind));
        }

        if (key.IsEmpty || key.IndexOf((byte)0) != key.Length - 1 || !Utf8.IsValid(key))
        {
            throw new ArgumentException("A key is UTF-8 that ends in its only NUL.", nameof(key));
        }
    }
}

/// <summary>bcrypt with BCrypt.Net-Next, on any system that runs .NET.</summary>
public sealed class ManagedBcrypt : IBcrypt
{
    /// <inheritdoc/>
    public string Description => "BCrypt.Net, which takes about a third longer than libxcrypt (Debian and Ubuntu: libcrypt1; Fedora and Arch: libxcrypt-compat)";

    /// <inheritdoc/>
    public void Digest(string kind, int workFactor, string salt, ReadOnlySpan<byte> key, Span<byte> digest)
    {
        // The library accepts $2x$ without an error, and only text, which it encodes as UTF-8 again.
        Bcrypt.ThrowIfUnusable(kind, key);
        var hash = BCrypt.Net.BCrypt.HashPassword(Encoding.UTF8.GetString(key[..^1]), Bcrypt.Setting(kind, workFactor, salt));
        Encoding.ASCII.GetBytes(hash.AsSpan(hash.Length - Bcrypt.DigestLength), digest);
    }
}

/// <summary>Converts a password to bcrypt's key.</summary>
internal static class BcryptKey
{
    /// <summary>The length of the longest key with its NUL.</summary>
    public const int MaxLength = PasswordText.MaxBytes + 1;

    /// <summary>Writes the key with its NUL.</summary>
    /// <returns>Its length, or 0 if the format cannot represent the password: a NUL would end it early.</returns>
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

    /// <summary>Base64, because the raw 32 bytes may contain a NUL.</summary>
    private static int Encode(Span<byte> mac, Span<byte> key)
    {
        Base64.EncodeToUtf8(mac, key, out _, out var written);
        CryptographicOperations.ZeroMemory(mac);
        key[written] = 0;
        return written + 1;
    }
}

/// <summary>
/// The bcrypt function. Two libraries provide it, with the same digests: <see cref="Libxcrypt"/> if the system has it, otherwise
/// <see cref="ManagedBcrypt"/>.
/// </summary>
public interface IBcrypt
{
    /// <summary>The library and its effect on performance, for the log.</summary>
    string Description { get; }

    /// <summary>Writes the digest of a key, in bcrypt's own base64.</summary>
    /// <param name="kind">2a, 2b or 2y.</param>
    /// <param name="workFactor">Binary logarithm of the rounds, 4 to 31.</param>
    /// <param name="salt">22 characters.</param>
    /// <param name="key">UTF-8 with a NUL only at its end. bcrypt reads the first 72 bytes.</param>
    /// <param name="digest">31 bytes.</param>
    /// <exception cref="ArgumentException">The kind is unknown, or the key is not as described.</exception>
    void Digest(string kind, int workFactor, string salt, ReadOnlySpan<byte> key, Span<byte> digest);
}
