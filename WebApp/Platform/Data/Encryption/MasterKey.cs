using System.Security.Cryptography;
using System.Text;

namespace WebApp.Platform.Data.Encryption;

/// <summary>The one secret kept outside the database: 256 bits from which every other protection follows.</summary>
public sealed class MasterKey
{
    /// <summary>Bytes in the key.</summary>
    public const int Size = 32;

    private readonly byte[] bytes;

    /// <summary>Takes exactly <see cref="Size"/> bytes.</summary>
    /// <exception cref="ArgumentException">It has another length.</exception>
    public MasterKey(byte[] bytes) =>
        this.bytes = bytes.Length == Size ? bytes : throw new ArgumentException($"The master key is {Size} bytes.", nameof(bytes));

    /// <summary>A 256-bit key for one purpose (HKDF-SHA256, RFC 5869).</summary>
    public byte[] Derive(string purpose) => HKDF.DeriveKey(HashAlgorithmName.SHA256, bytes, Size, info: Encoding.UTF8.GetBytes(purpose));

    /// <summary>Reads base64; null when it is not base64 of <see cref="Size"/> bytes.</summary>
    public static MasterKey? TryParse(string text)
    {
        Span<byte> bytes = stackalloc byte[Size + 1];
        return Convert.TryFromBase64String(text.Trim(), bytes, out var length) && length == Size ? new(bytes[..Size].ToArray()) : null;
    }

    /// <summary>Refuses to print.</summary>
    public override string ToString() => "MasterKey(…)";
}
