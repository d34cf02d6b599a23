using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Unicode;

namespace WebApp.Features.Passwords;

/// <summary>What bcrypt's hashes look like, and which library makes them.</summary>
public static class Bcrypt
{
    /// <summary>Bytes of the key it reads; what follows is ignored.</summary>
    public const int MaxKeyLength = 72;

    /// <summary>Characters of a salt: 128 bits, six a character.</summary>
    public const int SaltLength = 22;

    /// <summary>Characters of a digest: 184 bits, six a character.</summary>
    public const int DigestLength = 31;

    /// <summary>Characters of a whole hash: <c>$2b$12$</c>, salt, digest.</summary>
    public const int HashLength = 7 + SaltLength + DigestLength;

    private const string Alphabet = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    /// <summary>The 128 bits end two bits into the last character, which therefore has four values.</summary>
    private const string LastOfSalt = ".Oeu";

    /// <summary>A random salt.</summary>
    public static string NewSalt() =>
        string.Concat(RandomNumberGenerator.GetString(Alphabet, SaltLength - 1), RandomNumberGenerator.GetString(LastOfSalt, 1));

    /// <summary>The library that this process hashes with.</summary>
    public static IBcrypt Library { get; } = Libxcrypt.Find() ?? (IBcrypt)new ManagedBcrypt();

    /// <summary>Prefix, work factor and salt in the form that crypt(5) describes.</summary>
    public static string Setting(string kind, int workFactor, string salt) => string.Create(CultureInfo.InvariantCulture, $"${kind}${workFactor:D2}${salt}");

    /// <summary>Refuses what a library would read otherwise than it was meant.</summary>
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

/// <summary>bcrypt by BCrypt.Net-Next, on any system that runs .NET.</summary>
public sealed class ManagedBcrypt : IBcrypt
{
    /// <inheritdoc/>
    public string Description => "BCrypt.Net, which takes about a third longer than libxcrypt (Debian and Ubuntu: libcrypt1; Fedora and Arch: libxcrypt-compat)";

    /// <inheritdoc/>
    public void Digest(string kind, int workFactor, string salt, ReadOnlySpan<byte> key, Span<byte> digest)
    {
        // The library takes $2x$ without a word, and text alone, which it writes as UTF-8 again.
        Bcrypt.ThrowIfUnusable(kind, key);
        var hash = BCrypt.Net.BCrypt.HashPassword(Encoding.UTF8.GetString(key[..^1]), Bcrypt.Setting(kind, workFactor, salt));
        Encoding.ASCII.GetBytes(hash.AsSpan(hash.Length - Bcrypt.DigestLength), digest);
    }
}

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

/// <summary>bcrypt itself. Two libraries do it, with the same digests: <see cref="Libxcrypt"/> where the system has it, else <see cref="ManagedBcrypt"/>.</summary>
public interface IBcrypt
{
    /// <summary>Which library it is, and what that means, for the log.</summary>
    string Description { get; }

    /// <summary>Writes the digest of a key, in bcrypt's own base64.</summary>
    /// <param name="kind">2a, 2b or 2y.</param>
    /// <param name="workFactor">Binary logarithm of the rounds, 4 to 31.</param>
    /// <param name="salt">22 characters.</param>
    /// <param name="key">UTF-8 that ends in its only NUL. bcrypt reads the first 72 bytes.</param>
    /// <param name="digest">31 bytes.</param>
    /// <exception cref="ArgumentException">The kind is another, or the key is not as described.</exception>
    void Digest(string kind, int workFactor, string salt, ReadOnlySpan<byte> key, Span<byte> digest);
}
