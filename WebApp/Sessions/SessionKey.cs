using System.Buffers.Text;
using System.Security.Cryptography;

namespace WebApp.Sessions;

/// <summary>What the session cookie carries: the session's id and a random 256-bit key, of which the row holds the SHA-256.</summary>
public readonly struct SessionKey
{
    private const int IdSize = 16;
    private const int KeySize = 32;

    private readonly byte[] key;

    private SessionKey(Guid sessionId, byte[] key)
    {
        SessionId = sessionId;
        this.key = key;
    }

    /// <summary>The row to look at; no secret.</summary>
    public Guid SessionId { get; }

    /// <summary>A new key for a session.</summary>
    public static SessionKey New(Guid sessionId) => new(sessionId, RandomNumberGenerator.GetBytes(KeySize));

    /// <summary>Reads a cookie's value; null when it is not one of ours in form.</summary>
    public static SessionKey? TryParse(ReadOnlySpan<char> cookie)
    {
        Span<byte> bytes = stackalloc byte[IdSize + KeySize];
        return cookie.Length == Base64Url.GetEncodedLength(bytes.Length)
            && Base64Url.TryDecodeFromChars(cookie, bytes, out var written)
            && written == bytes.Length
                ? new(new Guid(bytes[..IdSize], bigEndian: true), bytes[IdSize..].ToArray())
                : null;
    }

    /// <summary>The SHA-256 that the row holds.</summary>
    public byte[] Hash() => SHA256.HashData(key);

    /// <summary>Whether the row's hash is of this key, in constant time.</summary>
    public bool Matches(byte[] hash) => CryptographicOperations.FixedTimeEquals(Hash(), hash);

    /// <summary>The cookie's value: the only place where the key is written out.</summary>
    public string ToCookie()
    {
        Span<byte> bytes = stackalloc byte[IdSize + KeySize];
        SessionId.TryWriteBytes(bytes, bigEndian: true, out _);
        key.CopyTo(bytes[IdSize..]);
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>Refuses to print.</summary>
    public override string ToString() => "SessionKey(…)";
}
