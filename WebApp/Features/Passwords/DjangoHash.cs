using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace WebApp.Features.Passwords;

/// <summary>Django's default hashes, for imported users: <c>pbkdf2_sha256$600000$salt$key</c>, the salt as text, the key in base64.</summary>
internal static partial class DjangoHash
{
    /// <summary>Above Django's own default (1.2 million in its version 6) and still about a second.</summary>
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
