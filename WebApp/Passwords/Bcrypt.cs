using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace WebApp.Passwords;

/// <summary>bcrypt itself, on a key of at most 72 bytes.</summary>
internal static class Bcrypt
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

    /// <summary>Writes the digest of <paramref name="key"/>, in bcrypt's own base64.</summary>
    /// <param name="kind">2a, 2b or 2y.</param>
    /// <param name="workFactor">Binary logarithm of the rounds, 4 to 31.</param>
    /// <param name="salt">22 characters.</param>
    /// <param name="key">Ends in its only NUL.</param>
    /// <param name="digest">31 bytes.</param>
    public static void Digest(string kind, int workFactor, string salt, ReadOnlySpan<byte> key, Span<byte> digest)
    {
        var setting = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"${kind}${workFactor:D2}${salt}\0"));
        Span<byte> hash = stackalloc byte[HashLength];
        if (!Crypt.TryHash(key, setting, hash))
        {
            throw new PlatformNotSupportedException(Crypt.Requirement);
        }

        hash[^DigestLength..].CopyTo(digest);
    }
}
