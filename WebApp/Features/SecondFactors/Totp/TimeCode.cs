using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace WebApp.Features.SecondFactors.Totp;

/// <summary>TOTP (RFC 6238) over HOTP (RFC 4226), with HMAC-SHA1, because every app supports it.</summary>
public static class TimeCode
{
    /// <summary>Number of digits of a code.</summary>
    public const int Digits = 6;

    /// <summary>Length of a time step in seconds.</summary>
    public const int StepSeconds = 30;

    /// <summary>Number of bytes of a secret: as long as the hash (RFC 4226 4, R6).</summary>
    public const int SecretSize = 20;

    /// <summary>The time step of an instant.</summary>
    public static long StepAt(DateTimeOffset at) => at.ToUnixTimeSeconds() / StepSeconds;

    /// <summary>When a time step begins (UTC).</summary>
    public static DateTimeOffset StartOf(long step) => DateTimeOffset.FromUnixTimeSeconds(step * StepSeconds);

    /// <summary>The code of a step, or of another counter.</summary>
    [SuppressMessage("Security", "CA5350", Justification = "RFC 6238's default; HMAC does not rest on collision resistance.")]
    public static string At(ReadOnlySpan<byte> secret, long counter, int digits = Digits)
    {
        Span<byte> message = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(message, counter);
        Span<byte> hash = stackalloc byte[HMACSHA1.HashSizeInBytes];
        HMACSHA1.HashData(secret, message, hash);

        // Dynamic truncation, RFC 4226 5.3.
        var truncated = BinaryPrimitives.ReadInt32BigEndian(hash[(hash[^1] & 0xF)..]) & int.MaxValue;
        return (truncated % (int)Math.Pow(10, digits)).ToString(CultureInfo.InvariantCulture).PadLeft(digits, '0');
    }

    /// <summary>
    /// The difference between <paramref name="step"/> and the step of the code, the nearest match first; null if no step within <paramref name="reach"/>
    /// has this code. Every step is compared, in constant time.
    /// </summary>
    public static int? FindOffset(ReadOnlySpan<byte> secret, string code, long step, int reach)
    {
        var typed = Encoding.UTF8.GetBytes(code);
        int? found = null;
        for (var distance = reach; distance >= 0; distance--)
        {
            foreach (var offset in (ReadOnlySpan<int>)[-distance, distance])
            {
                if (CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(At(secret, step + offset)), typed))
                {
                    found = offset;
                }
            }
        }

        return found;
    }
}

/// <summary>Base32 as authenticator apps read it: RFC 4648, upper case, no padding.</summary>
public static class Base32
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private const int BitsPerCharacter = 5;

    /// <summary>Encodes bytes.</summary>
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
