using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Identity;

namespace WebApp.Features.Passwords;

/// <summary>The parts of a bcrypt hash from the database.</summary>
/// <param name="Format">How the password is converted to bcrypt's key.</param>
/// <param name="Kind">bcrypt's own version: 2a, 2b, 2y.</param>
/// <param name="WorkFactor">4 to 16.</param>
/// <param name="Salt">22 characters.</param>
/// <param name="Digest">31 characters.</param>
internal sealed partial record StoredHash(HashFormat Format, string Kind, int WorkFactor, string Salt, string Digest)
{
    /// <summary>The lowest work factor of bcrypt.</summary>
    public const int MinWorkFactor = 4;

    /// <summary>About 3 s. A higher one could only come from an import, and would keep a core busy for minutes.</summary>
    public const int MaxWorkFactor = 16;

    /// <summary>Longer than any of the formats, so that no pattern gets a text of unlimited size.</summary>
    private const int MaxLength = 100;

    /// <summary>Reads a hash; returns false if it is not exactly in one of the three formats.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out StoredHash? hash)
    {
        hash = text.Length > MaxLength ? null
            : Read(BcryptSha256V2().Match(text), HashFormat.BcryptSha256V2)
            ?? Read(BcryptSha256V1().Match(text), HashFormat.BcryptSha256V1)
            ?? Read(PlainBcrypt().Match(text), HashFormat.Bcrypt);
        return hash is { WorkFactor: >= MinWorkFactor and <= MaxWorkFactor };
    }

    /// <summary>The hash in its stored form.</summary>
    public string ToStorage() => string.Create(CultureInfo.InvariantCulture, $"$bcrypt-sha256$v=2,t={Kind},r={WorkFactor}${Salt}${Digest}");

    /// <summary>The format only: hashes must not be logged.</summary>
    public override string ToString() => Format.ToString();

    private static StoredHash? Read(Match match, HashFormat format) => match.Success
        ? new(
            format,
            match.Groups["kind"].Value,
            int.Parse(match.Groups["cost"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture),
            match.Groups["salt"].Value,
            match.Groups["digest"].Value)
        : null;

    // passlib writes the cost without a leading zero, bcrypt with one.
    [GeneratedRegex(@"\A\$bcrypt-sha256\$v=2,t=(?<kind>2b),r=(?<cost>[1-9][0-9]?)\$(?<salt>[./A-Za-z0-9]{22})\$(?<digest>[./A-Za-z0-9]{31})\z")]
    private static partial Regex BcryptSha256V2();

    [GeneratedRegex(@"\A\$bcrypt-sha256\$(?<kind>2[ab]),(?<cost>[1-9][0-9]?)\$(?<salt>[./A-Za-z0-9]{22})\$(?<digest>[./A-Za-z0-9]{31})\z")]
    private static partial Regex BcryptSha256V1();

    [GeneratedRegex(@"\A\$(?<kind>2[aby])\$(?<cost>[0-9]{2})\$(?<salt>[./A-Za-z0-9]{22})(?<digest>[./A-Za-z0-9]{31})\z")]
    private static partial Regex PlainBcrypt();
}

/// <summary>The supported bcrypt formats. Only the first is written.</summary>
internal enum HashFormat
{
    /// <summary>passlib's <c>$bcrypt-sha256$v=2,t=2b,r=12$salt$digest</c>: bcrypt(base64(HMAC-SHA256(salt, password))).</summary>
    BcryptSha256V2,

    /// <summary>passlib's <c>$bcrypt-sha256$2b,12$salt$digest</c>: bcrypt(base64(SHA-256(password))).</summary>
    BcryptSha256V1,

    /// <summary><c>$2b$12$saltdigest</c>: bcrypt of the first 72 bytes.</summary>
    Bcrypt,
}

/// <summary>Recognises password hashes from other systems that can be imported.</summary>
public static class KnownHash
{
    /// <summary>
    /// Whether <see cref="PasswordHasher"/> can compare a text as a hash: bcrypt (<c>$2a$</c>, <c>$2b$</c>, <c>$2y$</c>), passlib's bcrypt-sha256, ASP.NET
    /// Core Identity's PBKDF2 (versions 2 and 3) or Django's <c>pbkdf2_sha256</c>, each within a limited cost.
    /// </summary>
    public static bool Is(string text) => StoredHash.TryParse(text, out _) || DjangoHash.IsWellFormed(text) || IdentityHash.IsWellFormed(text);
}

/// <summary>Django's default hashes, for imported users: <c>pbkdf2_sha256$600000$salt$key</c>, the salt as text, the key in base64.</summary>
internal static partial class DjangoHash
{
    /// <summary>Above Django's own default (1.2 million in its version 6), and still about a second.</summary>
    private const int MaxIterations = 2_000_000;

    private const int MaxLength = 256;
    private const int KeySize = 32;

    /// <summary>True for a hash that can be compared in bounded time.</summary>
    public static bool IsWellFormed(string hash) => Parse(hash) is not null;

    /// <summary>Compares; the hash must be well-formed.</summary>
    public static bool Verify(string hash, ReadOnlySpan<byte> password)
    {
        var (iterations, salt, key) = Parse(hash)!.Value;
        Span<byte> made = stackalloc byte[KeySize];
        Rfc2898DeriveBytes.Pbkdf2(password, salt, made, iterations, HashAlgorithmName.SHA256);
        return CryptographicOperations.FixedTimeEquals(made, key);
    }

    private static (int Iterations, byte[] Salt, byte[] Key)? Parse(string hash)
    {
        Span<byte> key = stackalloc byte[KeySize + 1];
        return hash.Length <= MaxLength && Form().Match(hash) is { Success: true } parts
            && int.TryParse(parts.Groups["iterations"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var iterations) && iterations <= MaxIterations
            && Convert.TryFromBase64Chars(parts.Groups["key"].ValueSpan, key, out var length) && length == KeySize
                ? (iterations, Encoding.ASCII.GetBytes(parts.Groups["salt"].Value), key[..KeySize].ToArray())
                : null;
    }

    [GeneratedRegex(@"\Apbkdf2_sha256\$(?<iterations>[1-9][0-9]{0,6})\$(?<salt>[!-#%-~]{1,128})\$(?<key>[A-Za-z0-9+/]{43}=)\z")]
    private static partial Regex Form();
}

/// <summary>ASP.NET Core Identity's PBKDF2 formats, for imported users. Identity compares them; this class checks its input.</summary>
internal static class IdentityHash
{
    /// <summary>Above every recommendation (OWASP: 1.3 million for SHA-1), and still about a second.</summary>
    private const int MaxIterations = 2_000_000;

    private const int MaxLength = 256;
    private const int V3Header = 13;

    private static readonly PasswordHasher<object> Hasher = new();

    /// <summary>True for a hash that can be compared in bounded time: Identity uses any iteration count that it reads.</summary>
    public static bool IsWellFormed(string hash)
    {
        Span<byte> bytes = stackalloc byte[MaxLength];
        if (hash.Length > MaxLength || hash.Any(char.IsWhiteSpace) || !Convert.TryFromBase64String(hash, bytes, out var length))
        {
            return false;
        }

        return bytes[..length] switch
        {
            // Version 2: PBKDF2 with HMAC-SHA1, 1000 rounds; a marker, 16 bytes of salt, 32 of key.
            [0, ..] => length == 1 + 16 + 32,
            [1, ..] => length > V3Header && IsWellFormedV3(bytes[..length]),
            _ => false,
        };
    }

    /// <summary>Compares; the hash must be well-formed.</summary>
    public static bool Verify(string hash, string password) =>
        Hasher.VerifyHashedPassword(hash, hash, password) != PasswordVerificationResult.Failed;

    /// <summary>Version 3: marker, then function, rounds and salt length as big-endian integers, salt, key.</summary>
    private static bool IsWellFormedV3(ReadOnlySpan<byte> bytes)
    {
        var function = BinaryPrimitives.ReadUInt32BigEndian(bytes[1..]);
        var iterations = BinaryPrimitives.ReadUInt32BigEndian(bytes[5..]);
        var salt = BinaryPrimitives.ReadUInt32BigEndian(bytes[9..]);
        var key = bytes.Length - V3Header - salt;
        return function <= 2 && iterations is >= 1 and <= MaxIterations && salt is >= 16 and <= 64 && key is >= 16 and <= 64;
    }
}
