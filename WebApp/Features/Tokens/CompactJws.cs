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
