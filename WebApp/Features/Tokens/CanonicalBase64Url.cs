using System.Buffers;

namespace WebApp.Features.Tokens;

/// <summary>
/// Base64url in its one right spelling (RFC 4648, 3.5 and 5). The framework's decoder passes over white space and padding,
/// which would give one token many spellings.
/// </summary>
internal static class CanonicalBase64Url
{
    private static readonly SearchValues<byte> Letters = SearchValues.Create(Alphabet);

    private static ReadOnlySpan<byte> Alphabet => "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"u8;

    /// <summary>Whether encoding what this decodes to gives the same text again. Nothing is canonical for no bytes.</summary>
    public static bool Is(ReadOnlySpan<byte> text)
    {
        if (text.ContainsAnyExcept(Letters))
        {
            return false;
        }

        var unusedBits = (text.Length % 4) switch { 0 => 0, 2 => 0b1111, 3 => 0b11, _ => -1 };
        return unusedBits >= 0 && (unusedBits == 0 || (Alphabet.IndexOf(text[^1]) & unusedBits) == 0);
    }
}
