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
