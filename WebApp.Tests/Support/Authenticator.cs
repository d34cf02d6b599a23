using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;

namespace WebApp.Tests.Support;

/// <summary>An authenticator app of the tests' own, made from RFC 4226 and 6238 and sharing no code with the application.</summary>
public sealed class Authenticator
{
    private readonly byte[] secret;

    /// <summary>Takes the secret over as it is shown to be typed.</summary>
    public Authenticator(string base32)
    {
        Base32 = base32.Replace(" ", "", StringComparison.Ordinal);
        var bits = string.Concat(base32.Where(c => c != ' ').Select(c => Convert.ToString("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".IndexOf(c, StringComparison.Ordinal), 2).PadLeft(5, '0')));
        secret = [.. bits.Chunk(8).Where(chunk => chunk.Length == 8).Select(chunk => Convert.ToByte(new string(chunk), 2))];
    }

    /// <summary>The secret as it is typed, without spaces.</summary>
    public string Base32 { get; }

    /// <summary>The secret's bytes.</summary>
    public ReadOnlySpan<byte> Secret => secret;

    /// <summary>The code it shows at an instant.</summary>
    public string CodeAt(DateTimeOffset at)
    {
        var counter = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(counter, at.ToUnixTimeSeconds() / 30);
#pragma warning disable CA5350 // What RFC 6238 says.
        var hash = HMACSHA1.HashData(secret, counter);
#pragma warning restore CA5350
        var at4 = hash[^1] & 15;
        var number = ((hash[at4] & 127) << 24) | (hash[at4 + 1] << 16) | (hash[at4 + 2] << 8) | hash[at4 + 3];
        return (number % 1_000_000).ToString("000000", CultureInfo.InvariantCulture);
    }
}
