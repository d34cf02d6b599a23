using System.Buffers.Text;
using System.Security.Cryptography;

namespace WebApp.Platform.Data.Encryption;

/// <summary>
/// What somebody carries to open one row: the row's id, which is no secret, and a random 256-bit key, of which the row holds the
/// SHA-256. Session, device and pending sign-in are opened so.
/// </summary>
public readonly struct RowKey
{
    private const int IdSize = 16;
    private const int KeySize = 32;

    private readonly byte[] key;

    private RowKey(Guid id, byte[] key)
    {
        Id = id;
        this.key = key;
    }

    /// <summary>The row to look at.</summary>
    public Guid Id { get; }

    /// <summary>A new key for a row.</summary>
    public static RowKey New(Guid id) => new(id, RandomNumberGenerator.GetBytes(KeySize));

    /// <summary>Reads what was carried; null when it is not one of ours in form.</summary>
    public static RowKey? TryParse(ReadOnlySpan<char> text)
    {
        Span<byte> bytes = stackalloc byte[IdSize + KeySize];
        return text.Length == Base64Url.GetEncodedLength(bytes.Length)
            && Base64Url.IsValid(text) // Decoding throws at what is not.
            && Base64Url.TryDecodeFromChars(text, bytes, out var written)
            && written == bytes.Length
                ? new(new Guid(bytes[..IdSize], bigEndian: true), bytes[IdSize..].ToArray())
                : null;
    }

    /// <summary>The SHA-256 that the row holds.</summary>
    public byte[] Hash() => SHA256.HashData(key);

    /// <summary>Whether the row's hash is of this key, in constant time.</summary>
    public bool Matches(byte[] hash) => CryptographicOperations.FixedTimeEquals(Hash(), hash);

    /// <summary>What is carried: 64 characters base64url. The only place where the key is written out.</summary>
    public string Reveal()
    {
        Span<byte> bytes = stackalloc byte[IdSize + KeySize];
        Id.TryWriteBytes(bytes, bigEndian: true, out _);
        key.CopyTo(bytes[IdSize..]);
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>Refuses to print.</summary>
    public override string ToString() => "RowKey(…)";
}
