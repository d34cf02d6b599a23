using System.Buffers.Text;
using System.Security.Cryptography;

namespace WebApp.Platform.Data.Encryption;

/// <summary>
/// The credential for one row: the row's id, which is not secret, and a random 256-bit key, whose SHA-256 the row
/// stores. Sessions, devices and pending sign-ins use it.
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

    /// <summary>The row's id.</summary>
    public Guid Id { get; }

    /// <summary>Creates a random key for a row.</summary>
    public static RowKey New(Guid id) => new(id, RandomNumberGenerator.GetBytes(KeySize));

    /// <summary>Reads the text form; null if it is malformed.</summary>
    public static RowKey? TryParse(ReadOnlySpan<char> text)
    {
        Span<byte> bytes = stackalloc byte[IdSize + KeySize];
        return text.Length == Base64Url.GetEncodedLength(bytes.Length)
            && Base64Url.IsValid(text) // Decoding throws on invalid characters.
            && Base64Url.TryDecodeFromChars(text, bytes, out var written)
            && written == bytes.Length
                ? new(new Guid(bytes[..IdSize], bigEndian: true), bytes[IdSize..].ToArray())
                : null;
    }

    /// <summary>The SHA-256 that the row stores.</summary>
    public byte[] Hash() => SHA256.HashData(key);

    /// <summary>Whether the row's hash is the hash of this key, compared in constant time.</summary>
    public bool Matches(byte[] hash) => CryptographicOperations.FixedTimeEquals(Hash(), hash);

    /// <summary>The text form: 64 characters base64url. No other member shows the key.</summary>
    public string Reveal()
    {
        Span<byte> bytes = stackalloc byte[IdSize + KeySize];
        Id.TryWriteBytes(bytes, bigEndian: true, out _);
        key.CopyTo(bytes[IdSize..]);
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>A placeholder, not the key.</summary>
    public override string ToString() => "RowKey(…)";
}
