using System.Buffers;
using System.Buffers.Text;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;

namespace WebApp.Features.Tokens;

/// <summary>The compact serialization of RFC 7515 with HS256 and nothing else.</summary>
internal static class CompactJws
{
    /// <summary>Longest token written or looked at, in characters. Ours have about 600.</summary>
    public const int MaxLength = 8192;

    private const int SignatureBytes = HMACSHA256.HashSizeInBytes;
    private const int SignatureLength = 43;

    /// <summary>Signs the payload. Throws where the token would be too long to be read again.</summary>
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
    /// Checks the signature and only then decodes the payload, into <paramref name="payload"/> (at least
    /// <see cref="MaxLength"/> bytes). A key that has retired at <paramref name="now"/> no longer counts.
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

        // Refused; the rest only finds the word for it.
        if (!CanonicalBase64Url.Is(header) || !CanonicalBase64Url.Is(body) || !CanonicalBase64Url.Is(signature))
        {
            return JwsResult.Malformed;
        }

        return key is not null ? JwsResult.Invalid : TokenHeader.Check(payload[..Base64Url.DecodeFromUtf8(header, payload)], kind);
    }

    /// <summary>Compares the texts, not the bytes: only the canonical spelling of the signature is equal.</summary>
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

/// <summary>The one form of header we write, and what to say of a header that is not one of ours.</summary>
internal static class TokenHeader
{
    private static readonly byte[][] Starts = [.. Enum.GetValues<TokenKind>().Select(kind => Encoding.ASCII.GetBytes(Start(kind)))];

    private static ReadOnlySpan<byte> End => "\"}"u8;

    /// <summary>The header's JSON. The id needs no escaping: see <see cref="SigningKey.IsKeyId"/>.</summary>
    public static string Json(TokenKind kind, string keyId) => Start(kind) + keyId + "\"}";

    /// <summary>
    /// Checks a header whose text is not that of a known key and the wanted kind. A JSON object is a token, though not one of ours;
    /// nothing in it is ever followed (<c>jku</c>, <c>x5u</c>, <c>jwk</c>).
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

/// <summary>The kinds of signed token. Each has a <c>typ</c> of its own, so that none passes for another (RFC 8725, 3.11).</summary>
public enum TokenKind
{
    /// <summary><c>at+jwt</c>: opens the API for some minutes.</summary>
    Access,

    /// <summary><c>rt+jwt</c>: gets the next pair, once.</summary>
    Refresh,
}

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

/// <summary>
/// HMAC-SHA256 under one key, from any thread. Hash objects already keyed are kept, about one a core, because keying one
/// costs as much as hashing a token with it: 0.72 µs against 1.48 µs for <see cref="HMACSHA256.HashData(byte[], byte[])"/>
/// over 470 bytes.
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
