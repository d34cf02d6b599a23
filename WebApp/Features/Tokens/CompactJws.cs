using System.Buffers;
using System.Buffers.Text;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;

namespace WebApp.Features.Tokens;

/// <summary>The compact serialization of RFC 7515, with HS256 only.</summary>
internal static class CompactJws
{
    /// <summary>The longest token that is written or read, in characters. Tokens of this service have about 600.</summary>
    public const int MaxLength = 8192;

    private const int SignatureBytes = HMACSHA256.HashSizeInBytes;
    private const int SignatureLength = 43;

    /// <summary>Signs the payload. Throws if the token would be too long to be read again.</summary>
    [SkipLocalsInit]
    public static string Write(SigningKey key, TokenKind kind, ReadOnlySpan<byte> payload)
    {
        var header = key.Header(kind);
        var signedLength = header.Length + 1 + Base64Url.GetEncodedLength(payload.Length);
        var length = signedLength + 1 + SignatureLength;
        if (length > MaxLength)
        {
            throw new InvalidOperationException($"A token of {length} characters; the longest allowed is {MaxLength}.");
        }

        Span<byte> token = stackalloc byte[MaxLength];
        header.CopyTo(token);
        token[header.Length] = (byte)'.';
        Base64Url.EncodeToUtf8(payload, token[(header.Length + 1)..]);
        Sign(key, token[..signedLength], token.Slice(signedLength + 1, SignatureLength));
        token[signedLength] = (byte)'.';
        return Encoding.ASCII.GetString(token[..length]);
    }

    /// <summary>
    /// Checks the signature and only then decodes the payload, into <paramref name="payload"/> (at least <see cref="MaxLength"/> bytes). A key that has
    /// retired at <paramref name="now"/> is not accepted.
    /// </summary>
    [SkipLocalsInit]
    public static JwsResult Open(ReadOnlySpan<char> text, TokenKind kind, SigningKeySet keys, DateTimeOffset now, Span<byte> payload, out int written)
    {
        written = 0;
        Span<byte> token = stackalloc byte[MaxLength];
        if (text.Length > MaxLength || Ascii.FromUtf16(text, token, out var length) != OperationStatus.Done)
        {
            return JwsResult.Malformed;
        }

        token = token[..length];
        var first = token.IndexOf((byte)'.');
        var last = token.LastIndexOf((byte)'.');
        if (first == last || token[(first + 1)..last].Contains((byte)'.'))
        {
            return JwsResult.Malformed;
        }

        var header = token[..first];
        var body = token[(first + 1)..last];
        var signature = token[(last + 1)..];
        var key = keys.FindByHeader(header, kind);
        if (key is not null && IsSignature(key, token[..last], signature))
        {
            if (!CanonicalBase64Url.Is(body) || Base64Url.DecodeFromUtf8(body, payload, out _, out written) != OperationStatus.Done)
            {
                return JwsResult.Malformed;
            }

            return key.RetiresAt <= now ? JwsResult.Invalid : JwsResult.Verified;
        }

        // The token is refused; the rest only determines the reason.
        if (!CanonicalBase64Url.Is(header) || !CanonicalBase64Url.Is(body) || !CanonicalBase64Url.Is(signature))
        {
            return JwsResult.Malformed;
        }

        return key is not null ? JwsResult.Invalid : TokenHeader.Check(payload[..Base64Url.DecodeFromUtf8(header, payload)], kind);
    }

    /// <summary>Compares the texts, not the bytes: only the canonical form of the signature is equal.</summary>
    private static bool IsSignature(SigningKey key, ReadOnlySpan<byte> signed, ReadOnlySpan<byte> signature)
    {
        Span<byte> right = stackalloc byte[SignatureLength];
        Sign(key, signed, right);
        return CryptographicOperations.FixedTimeEquals(right, signature);
    }

    private static void Sign(SigningKey key, ReadOnlySpan<byte> signed, Span<byte> signature)
    {
        Span<byte> mac = stackalloc byte[SignatureBytes];
        key.Sign(signed, mac);
        Base64Url.EncodeToUtf8(mac, signature);
    }
}

/// <summary>The form of the header that this service writes, and the check of other headers.</summary>
internal static class TokenHeader
{
    private static readonly byte[][] Starts = [.. Enum.GetValues<TokenKind>().Select(kind => Encoding.ASCII.GetBytes(Start(kind)))];

    private static ReadOnlySpan<byte> End => "\"}"u8;

    /// <summary>The header's JSON. The id needs no escaping: see <see cref="SigningKey.IsKeyId"/>.</summary>
    public static string Json(TokenKind kind, string keyId) => Start(kind) + keyId + "\"}";

    /// <summary>
    /// Checks a header that is not the header of a known key and the expected kind. A JSON object is a token, but not one of this service; its references
    /// (<c>jku</c>, <c>x5u</c>, <c>jwk</c>) are never used.
    /// </summary>
    public static JwsResult Check(ReadOnlySpan<byte> json, TokenKind wanted)
    {
        if (NamesKey(json, wanted))
        {
            return JwsResult.UnknownKey;
        }

        return StrictJson.IsObject(json) ? JwsResult.Invalid : JwsResult.Malformed;
    }

    private static bool NamesKey(ReadOnlySpan<byte> json, TokenKind kind)
    {
        ReadOnlySpan<byte> start = Starts[(int)kind];
        return json.Length > start.Length + End.Length && json.StartsWith(start) && json.EndsWith(End)
            && SigningKey.IsKeyId(Encoding.Latin1.GetString(json[start.Length..^End.Length]));
    }

    private static string Start(TokenKind kind) => "{\"alg\":\"HS256\",\"typ\":\"" + Type(kind) + "\",\"kid\":\"";

    private static string Type(TokenKind kind) => kind switch
    {
        TokenKind.Access => "at+jwt",
        TokenKind.Refresh => "rt+jwt",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };
}

/// <summary>The kinds of signed token. Each has its own <c>typ</c>, so that one is not accepted in place of another (RFC 8725, 3.11).</summary>
public enum TokenKind
{
    /// <summary><c>at+jwt</c>: gives access to the API for some minutes.</summary>
    Access,

    /// <summary><c>rt+jwt</c>: is exchanged for the next pair, once.</summary>
    Refresh,
}

/// <summary>
/// Base64url in its canonical form (RFC 4648, 3.5 and 5). The framework's decoder ignores white space and padding, which would allow many texts for one
/// token.
/// </summary>
internal static class CanonicalBase64Url
{
    private static readonly SearchValues<byte> Letters = SearchValues.Create(Alphabet);

    private static ReadOnlySpan<byte> Alphabet => "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"u8;

    /// <summary>Whether decoding and encoding gives the same text again. The empty text is not canonical.</summary>
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

/// <summary>
/// HMAC-SHA256 with one key, for any thread. Hash objects that have the key already are reused, about one per core, because setting the key costs as much
/// as hashing a token: 0.72 µs against 1.48 µs for <see cref="HMACSHA256.HashData(byte[], byte[])"/> over 470 bytes.
/// </summary>
internal sealed class KeyedHash(byte[] key)
{
    private readonly IncrementalHash?[] idle = new IncrementalHash?[Environment.ProcessorCount];

    /// <summary>Writes the 32 bytes of the MAC.</summary>
    public void Compute(ReadOnlySpan<byte> data, Span<byte> mac)
    {
        ref var slot = ref idle[(uint)Thread.GetCurrentProcessorId() % (uint)idle.Length];
        var hash = Interlocked.Exchange(ref slot, null) ?? IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        hash.AppendData(data);
        hash.GetHashAndReset(mac);
        Interlocked.Exchange(ref slot, hash)?.Dispose();
    }
}
