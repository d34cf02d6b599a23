using System.Buffers.Binary;
using Microsoft.AspNetCore.Identity;

namespace WebApp.Features.Passwords;

/// <summary>ASP.NET Core Identity's PBKDF2 formats, for imported users. Identity itself compares; this guards what it is given.</summary>
internal static class IdentityHash
{
    /// <summary>Above every recommendation (OWASP: 1.3 million for SHA-1) and still about a second.</summary>
    private const int MaxIterations = 2_000_000;

    private const int MaxLength = 256;
    private const int V3Header = 13;

    private static readonly PasswordHasher<object> Hasher = new();

    /// <summary>True for a hash that can be compared in bounded time: Identity believes the iteration count it reads.</summary>
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
