namespace WebApp.Features.SecondFactors.Totp;

/// <summary>Base32 as authenticator apps read it: RFC 4648, upper case, no padding.</summary>
public static class Base32
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private const int BitsPerCharacter = 5;

    /// <summary>Writes bytes.</summary>
    public static string Encode(ReadOnlySpan<byte> bytes)
    {
        Span<char> text = stackalloc char[((bytes.Length * 8) + BitsPerCharacter - 1) / BitsPerCharacter];
        int held = 0, bits = 0, at = 0;
        foreach (var b in bytes)
        {
            held = ((held << 8) | b) & 0xFFFF;
            for (bits += 8; bits >= BitsPerCharacter; bits -= BitsPerCharacter)
            {
                text[at++] = Alphabet[(held >> (bits - BitsPerCharacter)) & 31];
            }
        }

        if (bits > 0)
        {
            text[at] = Alphabet[(held << (BitsPerCharacter - bits)) & 31];
        }

        return new(text);
    }
}
