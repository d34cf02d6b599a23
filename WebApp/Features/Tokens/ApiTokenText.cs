using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace WebApp.Features.Tokens;

/// <summary>
/// The text of an API token: <c>wat_</c>, 43 characters of randomness and 6 of checksum, all base62. The prefix lets secret scanners
/// find one that leaked; the checksum lets them, and us, drop what only looks like one without asking the database.
/// </summary>
public static class ApiTokenText
{
    /// <summary>What every API token begins with.</summary>
    public const string Prefix = "wat_";

    private const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private const int RandomLength = 43; // 43 characters of 62 carry 256 bits.
    private const int ChecksumLength = 6;

    private static readonly SearchValues<char> Letters = SearchValues.Create(Alphabet);

    /// <summary>Makes a new one.</summary>
    public static string New()
    {
        var body = Prefix + RandomNumberGenerator.GetString(Alphabet, RandomLength);
        return body + Checksum(body);
    }

    /// <summary>Whether a text is one in form: prefix, length, alphabet, checksum.</summary>
    public static bool IsWellFormed(ReadOnlySpan<char> text) =>
        text.Length == Prefix.Length + RandomLength + ChecksumLength
        && text.StartsWith(Prefix, StringComparison.Ordinal)
        && !text[Prefix.Length..].ContainsAnyExcept(Letters)
        && text[^ChecksumLength..].SequenceEqual(Checksum(text[..^ChecksumLength]));

    /// <summary>The SHA-256 that the row holds. With 256 random bits in the text, no salt is needed.</summary>
    public static byte[] Hash(string text) => SHA256.HashData(Encoding.ASCII.GetBytes(text));

    // Against typing and cutting errors, not against malice: the first 32 bits of a SHA-256, written in base62.
    private static string Checksum(ReadOnlySpan<char> body)
    {
        Span<byte> ascii = stackalloc byte[body.Length];
        Encoding.ASCII.GetBytes(body, ascii);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(ascii, hash);
        var number = BinaryPrimitives.ReadUInt32BigEndian(hash);
        return string.Create(ChecksumLength, number, (span, rest) =>
        {
            for (var i = span.Length - 1; i >= 0; i--, rest /= (uint)Alphabet.Length)
            {
                span[i] = Alphabet[(int)(rest % Alphabet.Length)];
            }
        });
    }
}
